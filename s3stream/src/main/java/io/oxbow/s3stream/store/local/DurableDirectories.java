package io.oxbow.s3stream.store.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes directories that survive a power failure. Each directory's entry in its parent is synced
 * before the first object in it counts, also when another process made it. Thread-safe.
 */
final class DurableDirectories {

    private static final Logger LOG = LoggerFactory.getLogger(DurableDirectories.class);

    /** Number of directories remembered as synced; others are synced once more. */
    private static final int REMEMBERED_MAX = 10_000;

    private final FileTree files;
    private final Path root;
    private final Set<Path> synced = ConcurrentHashMap.newKeySet();

    private DurableDirectories(FileTree files, Path root) {
        this.files = files;
        this.root = root;
    }

    /** Makes {@code root} and missing directories above it, durably. */
    static DurableDirectories open(FileTree files, Path root) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        Path above = root;
        while (above != null && files.look(above) == null) {
            missing.push(above);
            above = above.getParent();
        }
        for (Path directory : missing) {
            files.createDirectory(directory);
        }
        files.createDirectory(root); // says so if it is a file
        syncAbove(files, root, missing);
        return new DurableDirectories(files, files.realPath(root));
    }

    /** Returns the root's path, with symbolic links resolved. */
    Path root() {
        return root;
    }

    /**
     * Syncs the directories above the root. Even those that were there may not be durable: an
     * earlier start may have ended before it synced them.
     */
    private static void syncAbove(FileTree files, Path root, Deque<Path> made) throws IOException {
        for (Path child = root; child.getParent() != null; child = child.getParent()) {
            try {
                files.syncDirectory(child.getParent());
            } catch (IOException e) {
                if (made.contains(child)) {
                    throw e;
                }
                LOG.debug("{} cannot be synced, but is not ours either", child.getParent(), e);
            }
        }
    }

    /** Makes {@code directory} and missing ones above it, durably. */
    void ensure(Path directory) throws IOException {
        if (directory.equals(root) || synced.contains(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(directory + " is not below " + root);
        }
        ensure(parent);
        files.createDirectory(directory);
        files.syncDirectory(parent);
        if (synced.size() >= REMEMBERED_MAX) {
            synced.clear();
        }
        synced.add(directory);
    }
}
