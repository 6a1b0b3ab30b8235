package io.oxbow.s3stream.wal.disk;

import com.sun.nio.file.ExtendedOpenOption;
import io.oxbow.s3stream.S3StreamException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * File or block device, locked by this process, and written past the page cache and synchronously
 * where the file system can do that. Its calls block in the kernel: for disk threads.
 */
public final class DirectFile implements WalDisk {

    private static final Path DEVICES = Path.of("/dev");
    private static final int S_IFMT = 0_170000;
    private static final int S_IFBLK = 0_060000;
    private static final Logger LOG = LoggerFactory.getLogger(DirectFile.class);

    /** Mode of writing. */
    public enum Mode {
        /** O_DIRECT and O_DSYNC: past the page cache, durable on return. */
        DIRECT_DSYNC,
        /** O_DSYNC alone: durable on return. */
        DSYNC,
        /** Plain writes, made durable by fdatasync. */
        FDATASYNC;

        private Set<OpenOption> options() {
            return switch (this) {
                case DIRECT_DSYNC -> Set.of(ExtendedOpenOption.DIRECT, StandardOpenOption.DSYNC);
                case DSYNC -> Set.of(StandardOpenOption.DSYNC);
                case FDATASYNC -> Set.of();
            };
        }
    }

    private final Path path;
    private final FileChannel channel;
    private final Mode mode;

    private final @Nullable DeviceClaim claim;

    private DirectFile(Path path, FileChannel channel, Mode mode, @Nullable DeviceClaim claim) {
        this.path = path;
        this.channel = channel;
        this.mode = mode;
        this.claim = claim;
    }

    /**
     * Opens and locks {@code path}, creating the file if there is none. It takes the best mode that
     * the file system supports, and logs which.
     *
     * @throws S3StreamException when another process has it, or it cannot be opened at all
     */
    public static DirectFile open(Path path) {
        return open(path, List.of(Mode.values()));
    }

    public static DirectFile open(Path path, List<Mode> modes) {
        try {
            create(path);
            DeviceClaim claim = isBlockDevice(path) ? DeviceClaim.take(path) : null;
            try {
                return open(path, modes, claim);
            } catch (IOException | RuntimeException | Error failure) {
                if (claim != null) {
                    claim.close();
                }
                throw failure;
            }
        } catch (IOException failure) {
            throw new S3StreamException(
                    "cannot open WAL " + path + ": " + failure.getMessage(),
                    S3StreamException.Retry.FATAL,
                    failure);
        }
    }

    private static DirectFile open(Path path, List<Mode> modes, @Nullable DeviceClaim claim)
            throws IOException {
        List<String> refusals = new ArrayList<>();
        for (Mode mode : modes) {
            try {
                DirectFile file = open(path, mode, claim);
                if (refusals.isEmpty()) {
                    LOG.debug("WAL {} is written with {}", path, mode);
                } else {
                    LOG.warn("WAL {} is written with {} only ({})", path, mode, refusals);
                }
                return file;
            } catch (IOException | UnsupportedOperationException refused) {
                refusals.add(mode + ": " + refused);
            }
        }
        throw new IOException("no way of writing works: " + refusals);
    }

    private static DirectFile open(Path path, Mode mode, @Nullable DeviceClaim claim)
            throws IOException {
        if (mode == Mode.DIRECT_DSYNC
                && claim == null
                && BLOCK_BYTES % Files.getFileStore(path).getBlockSize() != 0) {
            throw new IOException("blocks are larger than " + BLOCK_BYTES);
        }
        var options = new java.util.HashSet<>(mode.options());
        options.add(StandardOpenOption.READ);
        options.add(StandardOpenOption.WRITE);
        FileChannel channel = FileChannel.open(path, options);
        var file = new DirectFile(path, channel, mode, claim);
        try {
            lock(path, channel);
            file.read(0, AlignedMemory.allocate(BLOCK_BYTES));
        } catch (IOException | RuntimeException | Error failure) {
            channel.close();
            throw failure;
        }
        return file;
    }

    /** Returns the size of the block device at {@code path} in bytes; empty when there is none. */
    public static OptionalLong deviceBytes(Path path) {
        try {
            if (!Files.exists(path) || !isBlockDevice(path)) {
                return OptionalLong.empty();
            }
            try (FileChannel device = FileChannel.open(path, StandardOpenOption.READ)) {
                return OptionalLong.of(device.size() / BLOCK_BYTES * BLOCK_BYTES);
            }
        } catch (IOException failure) {
            throw new S3StreamException(
                    "cannot look at WAL " + path + ": " + failure.getMessage(),
                    S3StreamException.Retry.FATAL,
                    failure);
        }
    }

    private static boolean isBlockDevice(Path path) throws IOException {
        if (!Files.getFileStore(path).supportsFileAttributeView("unix")) {
            return false;
        }
        int mode = (int) Files.getAttribute(path, "unix:mode");
        return (mode & S_IFMT) == S_IFBLK;
    }

    private static void lock(Path path, FileChannel channel) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException here) {
            throw inUse(path, "this process");
        }
        throw inUse(path, "another process");
    }

    private static S3StreamException inUse(Path path, String by) {
        return new S3StreamException(
                "WAL %s is in use by %s".formatted(path, by), S3StreamException.Retry.FATAL, null);
    }

    /**
     * Creates the file and syncs its directory, so that a crash cannot lose the file with
     * everything in it.
     */
    private static void create(Path path) throws IOException {
        if (Files.exists(path)) {
            return;
        }
        if (path.startsWith(DEVICES) && !path.startsWith(DEVICES.resolve("shm"))) {
            throw new IOException("there is no such device"); // and a file there would be in memory
        }
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("not a file");
        }
        Files.createDirectories(directory);
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
        try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
            entry.force(true);
        }
    }

    public Mode mode() {
        return mode;
    }

    @Override
    public String description() {
        return path + " (" + mode + ")";
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public boolean isFixed() {
        return claim != null;
    }

    @Override
    public long roomBytes() throws IOException {
        return isFixed() ? 0 : Files.getFileStore(path).getUsableSpace();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        int start = target.position();
        while (target.hasRemaining()) {
            int done = target.position() - start;
            if (done % BLOCK_BYTES != 0 || channel.read(target, position + done) <= 0) {
                break; // the end of a file that does not end on a block's edge, or just the end
            }
        }
        return target.position() - start;
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        int start = source.position();
        while (source.hasRemaining()) {
            channel.write(source, position + source.position() - start);
        }
    }

    @Override
    public void sync() throws IOException {
        if (mode == Mode.FDATASYNC) {
            channel.force(false);
        }
    }

    @Override
    public boolean isSynchronous() {
        return mode != Mode.FDATASYNC;
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (claim != null) {
                claim.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("closing WAL " + path, failure);
        }
    }
}
