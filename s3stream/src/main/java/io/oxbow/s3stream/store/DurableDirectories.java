package io.oxbow.s3stream.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes directories that outlive a power failure: each one's entry in its parent is synced before
 * the first object in it counts, also when another process made it. Thread-safe.
 */
final class DurableDirectories {

    /** How many are remembered as synced; beyond, they are synced once more. */
    private static final int REMEMBERED_MAX = 10_000;

    private final Path root;
    private final Set<Path> synced = ConcurrentHashMap.newKeySet();

    DurableDirectories(Path root) {
        this.root = root;
    }

    /** Creates {@code directory} and what is missing above it, durably. */
    void ensure(Path directory) throws IOException {
        if (directory.equals(root) || synced.contains(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(directory + " is not below " + root);
        }
        ensure(parent);
        Files.createDirectories(directory);
        sync(parent);
        if (synced.size() >= REMEMBERED_MAX) {
            synced.clear();
        }
        synced.add(directory);
    }

    /** Makes the entries of {@code directory} durable. */
    static void sync(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
