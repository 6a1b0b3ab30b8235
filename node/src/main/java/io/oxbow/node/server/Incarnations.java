package io.oxbow.node.server;

import io.oxbow.node.config.ConfigFailure;
import io.oxbow.node.config.NodeConfigKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in the data directory that remembers the processes that ran on it. A process holds the
 * file's lock for life. So all processes in the file have ended when another gets the lock, which
 * need not ask them then if they still lead the metadata log.
 */
final class Incarnations implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Incarnations.class);
    private static final String FILE = "incarnations";

    private final FileChannel file;
    private final Set<UUID> ended;

    private Incarnations(FileChannel file, Set<UUID> ended) {
        this.file = file;
        this.ended = ended;
    }

    /**
     * Locks the file of {@code dataDir}.
     *
     * @throws ConfigFailure when another process has it: what a node keeps there tells it from all
     *     others, so that a second process would put an end to the first
     */
    static Incarnations claim(Path dataDir) {
        Path path = dataDir.resolve(FILE);
        try {
            FileChannel file =
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (!isLocked(file)) {
                file.close();
                throw new ConfigFailure(
                        "%s=%s: another process runs on this data directory; give this node one of its own (--data DIR)"
                                .formatted(NodeConfigKeys.DATA_DIR, dataDir));
            }
            return new Incarnations(file, read(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + path, e);
        }
    }

    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static Set<UUID> read(FileChannel file) throws IOException {
        var bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
        while (bytes.hasRemaining() && file.read(bytes) >= 0) {}
        var found = new LinkedHashSet<UUID>();
        for (String line : new String(bytes.array(), StandardCharsets.US_ASCII).split("\n")) {
            try {
                found.add(UUID.fromString(line));
            } catch (IllegalArgumentException e) {
                // A line that a crash cut short; its process is asked as any other.
            }
        }
        return found;
    }

    /** Returns true if that process ran on this directory, and has surely ended. */
    boolean hasEnded(UUID incarnation) {
        return ended.contains(incarnation);
    }

    /** Adds this process to the earlier ones, any of which may still be on record as leader. */
    void add(UUID own) {
        write("\n" + own + "\n", false);
    }

    /**
     * Removes all processes but this one, which leads: no earlier one can be on record as leader
     * any more.
     */
    void keepOnly(UUID own) {
        write(own + "\n", true);
    }

    private void write(String text, boolean anew) {
        try {
            if (anew) {
                file.truncate(0);
            }
            file.position(file.size());
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            // The next start asks in the bucket and waits for the answer, no more.
            LOG.warn("cannot write {}: {}", FILE, e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
