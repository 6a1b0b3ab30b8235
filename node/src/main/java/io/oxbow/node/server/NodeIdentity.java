package io.oxbow.node.server;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.Membership;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
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
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

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
     * Returns the id that this directory's node had, or else the next that none ever had. A process
     * may have registered, and ended before it kept its id; a node that was removed is a new one.
     *
     * @param sole id of a node that serves its bucket alone, as versions without clusters had it
     */
    int idIn(CoreImage image, int sole) {
        OptionalInt kept = nodeId();
        if (kept.isPresent() && !image.isRemoved(kept.getAsInt())) {
            return kept.getAsInt();
        }
        UUID secret = secret();
        return image.nodes().stream()
                .filter(node -> node.membership().secret().equals(secret))
                .mapToInt(CoreImage.NodeState::nodeId)
                .findFirst()
                .orElseGet(() -> isOfSoleNodes(image, sole) ? sole : image.lastNodeId() + 1);
    }

    /** Returns true if there is that node, and none is of a version that had clusters. */
    private static boolean isOfSoleNodes(CoreImage image, int sole) {
        return image.node(sole).isPresent()
                && image.nodes().stream().allMatch(node -> node.membership().isAlone());
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
    Membership start(String rpcEndpoint, List<String> clients) {
        long start = Long.parseLong(values.getProperty(STARTS, "0")) + 1;
        values.setProperty(STARTS, Long.toString(start));
        write();
        return new Membership(rpcEndpoint, secret(), start, clients);
    }

    private void write() {
        Path next = path.resolveSibling(FILE + ".next");
        try {
            Files.deleteIfExists(next);
            Files.createFile(next, OWNER_ONLY);
            try (OutputStream out = Files.newOutputStream(next)) {
                values.store(out, null);
            }
            try (FileChannel file = FileChannel.open(next, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path, e);
        }
    }
}
