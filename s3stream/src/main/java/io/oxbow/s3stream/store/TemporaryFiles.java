package io.oxbow.s3stream.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unfinished files of one opening of a local bucket, in a directory of its own below {@value
 * #DIRECTORY}. A lock file beside it is held as long as the opening lives: whoever can lock it
 * knows that its owner is dead and clears up. Thread-safe.
 */
final class TemporaryFiles implements AutoCloseable {

    static final String DIRECTORY = ".oxbow-tmp";

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFiles.class);
    private static final String LOCK = ".lock";

    private final Path directory;
    private final Path lockFile;
    private final FileChannel lock;
    private final AtomicLong count = new AtomicLong();

    private TemporaryFiles(Path directory, Path lockFile, FileChannel lock) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** Clears up after the dead, then makes a directory for this opening. */
    static TemporaryFiles open(Path root) throws IOException {
        Path all = root.resolve(DIRECTORY);
        Files.createDirectories(all);
        clearUpAfterTheDead(all);
        while (true) {
            String name = thisProcess() + UUID.randomUUID();
            Path lockFile = all.resolve(name + LOCK);
            FileChannel lock = lockIfFree(lockFile, true);
            if (lock != null) {
                Path directory = Files.createDirectory(all.resolve(name));
                return new TemporaryFiles(directory, lockFile, lock);
            }
        }
    }

    private static void clearUpAfterTheDead(Path all) throws IOException {
        try (var entries = Files.newDirectoryStream(all, "*" + LOCK)) {
            for (Path lockFile : entries) {
                if (lockFile.getFileName().toString().startsWith(thisProcess())) {
                    continue;
                }
                FileChannel lock = lockIfFree(lockFile, false);
                if (lock == null) {
                    continue;
                }
                try (lock) {
                    String name = lockFile.getFileName().toString();
                    deleteTree(all.resolve(name.substring(0, name.length() - LOCK.length())));
                    Files.deleteIfExists(lockFile);
                }
            }
        }
    }

    /**
     * What names of this process start with. Its own lock files are never opened a second time:
     * closing any descriptor of a file lets go of all of the process's POSIX locks on it.
     */
    private static String thisProcess() {
        ProcessHandle self = ProcessHandle.current();
        long started = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return self.pid() + "-" + started + "-";
    }

    /** The channel that holds the lock, or null when its file is somebody else's or gone. */
    private static @Nullable FileChannel lockIfFree(Path lockFile, boolean create)
            throws IOException {
        FileChannel channel;
        try {
            channel =
                    create
                            ? FileChannel.open(
                                    lockFile,
                                    StandardOpenOption.CREATE_NEW,
                                    StandardOpenOption.WRITE)
                            : FileChannel.open(lockFile, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            return null;
        }
        FileLock held = channel.tryLock();
        // A sweep may have removed the file between its creation and the lock on it.
        if (held == null || !Files.exists(lockFile)) {
            channel.close();
            return null;
        }
        return channel;
    }

    /** A new file that holds {@code body}, synced. */
    Path write(List<ByteBuffer> body) throws IOException {
        Path file = directory.resolve(Long.toString(count.getAndIncrement()));
        ByteBuffer[] rest = body.stream().map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new);
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long left = 0;
            for (ByteBuffer buffer : rest) {
                left += buffer.remaining();
            }
            while (left > 0) {
                left -= channel.write(rest);
            }
            channel.force(true);
            return file;
        } catch (IOException e) {
            discard(file);
            throw e;
        }
    }

    /** Removes a temporary name; what it is linked to stays. */
    void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("temporary file {} stays behind until the next start: {}", file, e.toString());
        }
    }

    @Override
    public void close() {
        try (lock) {
            deleteTree(directory);
            Files.deleteIfExists(lockFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            return;
        }
        Files.deleteIfExists(directory);
    }
}
