package io.oxbow.node.cli.cluster;

import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.CommandFailure;
import io.oxbow.node.cli.NodeHttp;
import io.oxbow.node.cli.Output;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oxbow node drain} */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        description = {
            "Move all partitions of a node to others. It goes on as a member, and gets no more until"
                    + " 'oxbow node uncordon'.",
            "",
            "Partitions that are left at the --timeout go on moving.",
            ""
        })
final class NodeDrain implements Callable<Integer> {

    private static final Duration PAUSE = Duration.ofMillis(250);

    @Mixin ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "NODE", description = "The node's id.")
    int node;

    @Override
    public Integer call() throws Exception {
        NodeHttp http = client.node();
        long began = System.nanoTime();
        int first = left(http);
        int left = first;
        try (var progress = ProgressBar.onStderr("node %d".formatted(node))) {
            while (left > 0 && System.nanoTime() - began < client.timeout().toNanos()) {
                progress.show(first - left, first);
                Thread.sleep(PAUSE);
                left = left(http);
                first = Math.max(first, left);
            }
            progress.show(first - left, first);
        }
        double seconds = Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0;
        if (client.json || left == 0) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("node", node);
            values.put("moved", first - left);
            values.put("left", left);
            values.put("seconds", seconds);
            Output.of(client)
                    .fact(
                            "node %d drained: %d partitions moved in %.1f s"
                                    .formatted(node, first, seconds),
                            values);
        }
        if (left > 0) {
            throw new CommandFailure(
                    "node %d has %d of %d partitions left after %.0f s; they go on moving, and the node stays cordoned"
                            .formatted(node, left, first, seconds));
        }
        return 0;
    }

    /** Has the node drained, or goes on with that; returns the partitions that are left. */
    private int left(NodeHttp http) throws InterruptedException {
        return http.post("/cluster/nodes/%d/drain".formatted(node))
                .orElseThrow(() -> CommandFailure.unknown("there is no node %d".formatted(node)))
                .path("left")
                .asInt();
    }
}
