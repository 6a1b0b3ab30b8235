package io.oxbow.s3stream.store.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Temporary files of one opening of a local bucket, in a directory of its own below {@value
 * #DIRECTORY}. A lock file beside the directory is made before it, deleted after it, and locked as
 * long as the opening lives. A process that can lock it knows that its owner is dead, and deletes
 * both; a directory without a lock file was left by a power failure. Thread-safe.
 */
final class TemporaryFiles implements AutoCloseable {

    static final String DIRECTORY = ".oxbow-tmp";

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFiles.class);
    private static final String LOCK = ".lock";

    private final FileTree files;
    private final Path directory;
    private final Path lockFile;
    private final AutoCloseable lock;
    private final AtomicLong count = new AtomicLong();

    private TemporaryFiles(FileTree files, Path directory, Path lockFile, AutoCloseable lock) {
        this.files = files;
        this.directory = directory;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** Deletes what dead processes left, then makes a directory for this opening. */
    static TemporaryFiles open(FileTree files, Path root) throws IOException {
        Path all = root.resolve(DIRECTORY);
        files.createDirectory(all);
        for (FileTree.Entry entry : files.list(all)) {
            if (!entry.name().startsWith(files.process())) {
                clearUp(files, all, entry);
            }
        }
        while (true) {
            String name = files.process() + UUID.randomUUID();
            Path lockFile = all.resolve(name + LOCK);
            AutoCloseable lock = files.hold(lockFile, true);
            if (lock != null) {
                Path directory = all.resolve(name);
                files.createDirectory(directory);
                return new TemporaryFiles(files, directory, lockFile, lock);
            }
        }
    }

    private static void clearUp(FileTree files, Path all, FileTree.Entry entry) throws IOException {
        if (entry.isDirectory()) {
            if (files.look(all.resolve(entry.name() + LOCK)) == null) {
                deleteTree(files, all.resolve(entry.name()));
            }
        } else if (entry.name().endsWith(LOCK)) {
            String name = entry.name().substring(0, entry.name().length() - LOCK.length());
            clearUpAfter(files, all.resolve(name), all.resolve(entry.name()));
        }
    }

    private static void clearUpAfter(FileTree files, Path directory, Path lockFile)
            throws IOException {
        AutoCloseable lock = files.hold(lockFile, false);
        if (lock == null) {
            return;
        }
        try {
            deleteTree(files, directory);
            files.delete(lockFile);
        } finally {
            release(lock);
        }
    }

    private static void release(AutoCloseable lock) throws IOException {
        try {
            lock.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** Writes a new file that holds {@code body}, and syncs it. */
    Path write(List<ByteBuffer> body) throws IOException {
        Path file = directory.resolve(Long.toString(count.getAndIncrement()));
        try {
            files.write(file, body);
            files.sync(file);
            return file;
        } catch (IOException e) {
            discard(file);
            throw e;
        }
    }

    /** Removes a temporary name; the object linked to the file stays. */
    void discard(Path file) {
        try {
            files.delete(file);
        } catch (IOException e) {
            LOG.warn("temporary file {} stays behind until the next start: {}", file, e.toString());
        }
    }

    @Override
    public void close() {
        try {
            deleteTree(files, directory);
            files.delete(lockFile);
            release(lock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteTree(FileTree files, Path directory) throws IOException {
        for (FileTree.Entry entry : files.list(directory)) {
            files.delete(directory.resolve(entry.name()));
        }
        files.delete(directory);
    }
}
