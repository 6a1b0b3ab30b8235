package io.oxbow.node.roots;

import io.oxbow.node.config.NodeConfig;
import io.oxbow.node.server.Node;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Node made of the classes of the {@link FaultLoader} that this class is loaded by. */
public final class WovenNode implements NodeUnderFault {

    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private @Nullable Node node;

    /** Makes one that is not started. */
    public WovenNode() {}

    @Override
    public void start(Map<String, String> settings) throws Exception {
        Node started = Node.start(NodeConfig.of(settings));
        node = started;
        Thread.ofVirtual().start(() -> end.complete(started.awaitEnd()));
    }

    @Override
    public Optional<Integer> end() {
        return Optional.ofNullable(end.getNow(null));
    }

    @Override
    public String closingPart() {
        return node == null ? "nothing" : node.closingPart();
    }

    @Override
    public void close() {
        if (node != null) {
            node.close();
        }
    }
}
