package io.oxbow.s3stream.store.local;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** File system of the machine. Thread-safe. */
final class NativeFileTree implements FileTree {

    /**
     * Greatest size in bytes of one read through a heap buffer, which needs a native copy of that
     * size.
     */
    private static final int READ_SIZE_MAX = 1 << 20;

    private static final Set<OpenOption> NEW_FILE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final Set<OpenOption> NEW_FILE_PAST_CACHE =
            Set.of(
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE,
                    ExtendedOpenOption.DIRECT);
    private static final Logger LOG = LoggerFactory.getLogger(NativeFileTree.class);

    /** Value until the file system has been asked. */
    private static final int NOT_KNOWN = -1;

    /**
     * Block size in bytes for writing large files past the page cache; 0 if that is not possible.
     */
    private volatile int pastCacheBlockBytes = NOT_KNOWN;

    @Override
    public void createDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    @Override
    public void write(Path file, List<ByteBuffer> body) throws IOException {
        long size = body.stream().mapToLong(ByteBuffer::remaining).sum();
        if (size < ChunkedWrite.CHUNK_BYTES) {
            writeAtOnce(file, body, size);
            return;
        }
        int blockBytes = pastCacheBlockBytes(file);
        try (FileChannel pastCache = blockBytes == 0 ? null : openPastCache(file)) {
            if (pastCache != null) {
                ChunkedWrite.write(pastCache, blockBytes, body);
                return;
            }
        }
        try (var cached = FileChannel.open(file, NEW_FILE)) {
            ChunkedWrite.write(cached, 1, body);
        }
    }

    private static void writeAtOnce(Path file, List<ByteBuffer> body, long size)
            throws IOException {
        ByteBuffer[] rest = body.stream().map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new);
        long left = size;
        try (var channel = FileChannel.open(file, NEW_FILE)) {
            while (left > 0) {
                left -= channel.write(rest);
            }
        }
    }

    private int pastCacheBlockBytes(Path file) throws IOException {
        int known = pastCacheBlockBytes;
        if (known == NOT_KNOWN) {
            long bytes = Files.getFileStore(directoryOf(file)).getBlockSize();
            known = bytes > 0 && ChunkedWrite.CHUNK_BYTES % bytes == 0 ? (int) bytes : 0;
            pastCacheBlockBytes = known;
        }
        return known;
    }

    private static Path directoryOf(Path file) {
        return Objects.requireNonNull(file.getParent(), "a file lies in a directory");
    }

    /**
     * Opens a file for writing past the page cache; null where the file system refuses that, and is
     * not asked again.
     */
    private @Nullable FileChannel openPastCache(Path file) throws IOException {
        try {
            return FileChannel.open(file, NEW_FILE_PAST_CACHE);
        } catch (UnsupportedOperationException | java.nio.file.FileSystemException refused) {
            if (refused instanceof FileAlreadyExistsException taken) {
                throw taken;
            }
            // What else may be wrong, a full disk for one, shows when it is opened as usual.
            Files.deleteIfExists(file);
            pastCacheBlockBytes = 0;
            LOG.info("large objects are written through the page cache: {}", refused.toString());
            return null;
        }
    }

    @Override
    public void sync(Path file) throws IOException {
        // The pages belong to the file, not to the descriptor that wrote them.
        force(file, StandardOpenOption.WRITE);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        force(directory, StandardOpenOption.READ);
    }

    private static void force(Path path, OpenOption option) throws IOException {
        try (var channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        Files.createLink(name, existing);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        return Files.deleteIfExists(path);
    }

    @Override
    public @Nullable Entry look(Path path) throws IOException {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Entry(
                    String.valueOf(path.getFileName()),
                    attributes.isDirectory(),
                    attributes.size());
        } catch (NoSuchFileException e) {
            return null;
        } catch (java.nio.file.FileSystemException e) {
            // Something on the way to it is a file, so nothing is there.
            if (String.valueOf(e.getReason()).contains("Not a directory")) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public ByteBuffer read(Path file, long position, int size) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long available = Math.max(0, channel.size() - position);
            var body = ByteBuffer.allocate((int) Math.min(size, available));
            while (body.position() < body.capacity()) {
                body.limit(Math.min(body.capacity(), body.position() + READ_SIZE_MAX));
                if (channel.read(body, position + body.position()) < 0) {
                    throw new IOException("file ends at %d".formatted(position + body.position()));
                }
            }
            return body.flip();
        }
    }

    @Override
    public void read(Path file, long position, ByteBuffer target) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int start = target.position();
            int read = 0;
            while (target.hasRemaining() && read >= 0) {
                read = channel.read(target, position + target.position() - start);
            }
        }
    }

    @Override
    public List<Entry> list(Path directory) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (var paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                Entry entry = look(path);
                if (entry != null) { // else deleted since
                    entries.add(entry);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }

    @Override
    public @Nullable AutoCloseable hold(Path file, boolean make) throws IOException {
        FileChannel channel;
        try {
            channel =
                    make
                            ? FileChannel.open(
                                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                            : FileChannel.open(file, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            return null;
        }
        FileLock held = channel.tryLock();
        // A sweep may have removed the file between its creation and the lock on it.
        if (held == null || !Files.exists(file)) {
            channel.close();
            return null;
        }
        return channel;
    }

    @Override
    public Path realPath(Path path) throws IOException {
        return path.toRealPath();
    }

    /**
     * Returns this process's id and start time as the start of temporary names. A process never
     * opens lock files of its own a second time: closing any descriptor of a file lets go of all of
     * the process's POSIX locks on it.
     */
    @Override
    public String process() {
        ProcessHandle self = ProcessHandle.current();
        long started = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return self.pid() + "-" + started + "-";
    }
}
