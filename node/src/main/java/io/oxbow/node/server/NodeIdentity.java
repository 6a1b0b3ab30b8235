package io.oxbow.node.server;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.Membership;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.UUID;

/**
 * File in the data directory that tells this machine from a stranger with the same node id. It has
 * the id, a secret, and the number of starts.
 */
final class NodeIdentity {

    private static final String FILE = "identity";
    private static final String NODE_ID = "node.id";
    private static final String SECRET = "secret";
    private static final String STARTS = "starts";

    private final Path path;
    private final Properties values;

    private NodeIdentity(Path path, Properties values) {
        this.path = path;
        this.values = values;
    }

    /** Reads the file, or begins one with a new secret. */
    static NodeIdentity of(Path dataDir) {
        Path path = dataDir.resolve(FILE);
        var values = new Properties();
        try {
            if (Files.exists(path)) {
                try (InputStream in = Files.newInputStream(path)) {
                    values.load(in);
                }
            } else {
                Files.createDirectories(dataDir);
                values.setProperty(SECRET, UUID.randomUUID().toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
        return new NodeIdentity(path, values);
    }

    OptionalInt nodeId() {
        String id = values.getProperty(NODE_ID);
        return id == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(id));
    }

    /**
     * Returns this node's id among {@code nodes}, or else the next that no node has. A process may
     * have registered, and ended before it kept its id.
     */
    int idAmong(List<CoreImage.NodeState> nodes) {
        UUID secret = secret();
        return nodes.stream()
                .filter(node -> node.membership().secret().equals(secret))
                .mapToInt(CoreImage.NodeState::nodeId)
                .findFirst()
                .orElseGet(() ->
                        nodes.stream().mapToInt(CoreImage.NodeState::nodeId).max().orElse(0) + 1);
    }

    private UUID secret() {
        return UUID.fromString(values.getProperty(SECRET));
    }

    /** Remembers the id, which is this node's from its registration on. */
    void keep(int nodeId) {
        values.setProperty(NODE_ID, Integer.toString(nodeId));
        write();
    }

    /** Counts a start on this directory, and returns its membership. */
    Membership start(String rpcEndpoint) {
        long start = Long.parseLong(values.getProperty(STARTS, "0")) + 1;
        values.setProperty(STARTS, Long.toString(start));
        write();
        return new Membership(rpcEndpoint, secret(), start);
    }

    private void write() {
        Path next = path.resolveSibling(FILE + ".next");
        try {
            try (OutputStream out = Files.newOutputStream(next)) {
                values.store(out, null);
            }
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path, e);
        }
    }
}
