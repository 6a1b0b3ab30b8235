package io.oxbow.s3stream.store;

import io.oxbow.s3stream.S3StreamException.Retry;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A bucket in a local directory: a key is a path below it.
 *
 * <p>An object appears whole or not at all. Its bytes are written and synced under a temporary name
 * first; then a hard link (create-only: it fails if the name is taken) or a rename (replace) gives
 * it its name, and the directory is synced before the call returns. Directories are never removed,
 * so that deleting cannot race with creating. Several processes may use one directory.
 *
 * <p>Two limits that a real bucket does not have: {@code a} and {@code a/b} cannot both be objects,
 * and a segment of a key is at most 255 bytes.
 */
public final class LocalObjectStore implements ObjectStore {

    /** Reads through a heap buffer go through a native copy: keep that small. */
    private static final int READ_SIZE_MAX = 1 << 20;

    private final Path root;
    private final DurableDirectories directories;
    private final TemporaryFiles temporaries;

    private LocalObjectStore(Path root, TemporaryFiles temporaries) {
        this.root = root;
        this.directories = new DurableDirectories(root);
        this.temporaries = temporaries;
    }

    /** Opens the bucket in {@code directory}, which is created if missing. */
    public static LocalObjectStore open(Path directory) {
        try {
            Files.createDirectories(directory);
            Path root = directory.toRealPath();
            return new LocalObjectStore(root, TemporaryFiles.open(root));
        } catch (IOException e) {
            throw new StoreException(
                    "cannot use directory %s as a bucket: %s".formatted(directory, e),
                    Retry.FATAL,
                    e);
        }
    }

    @Override
    public PutResult put(String key, List<ByteBuffer> body) {
        Path target = path(key);
        Path directory = parent(target);
        Path temporary;
        try {
            temporary = prepare(directory, target, body);
        } catch (IOException e) {
            return new PutResult.NotApplied(failure("put", key, Retry.FATAL, e));
        }
        try {
            Files.move(
                    temporary,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            DurableDirectories.sync(directory);
            return new PutResult.Done();
        } catch (IOException e) {
            temporaries.discard(temporary);
            return new PutResult.Unknown(failure("put", key, Retry.UNKNOWN, e));
        }
    }

    @Override
    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
        Path target = path(key);
        Path directory = parent(target);
        Path temporary;
        try {
            temporary = prepare(directory, target, body);
        } catch (IOException e) {
            return new CreateResult.NotApplied(failure("create", key, Retry.FATAL, e));
        }
        try {
            boolean created = link(temporary, target);
            // "Exists" is an answer to build on, so what exists must be durable too.
            DurableDirectories.sync(directory);
            return created ? new CreateResult.Created() : new CreateResult.Exists();
        } catch (IOException e) {
            return new CreateResult.Unknown(failure("create", key, Retry.UNKNOWN, e));
        } finally {
            temporaries.discard(temporary);
        }
    }

    private static boolean link(Path temporary, Path target) throws IOException {
        try {
            Files.createLink(target, temporary);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /** Writes the body under a temporary name, when there can be an object at {@code target}. */
    private Path prepare(Path directory, Path target, List<ByteBuffer> body) throws IOException {
        directories.ensure(directory);
        if (Files.isDirectory(target)) {
            throw new FileSystemException(
                    target.toString(),
                    null,
                    "other keys lie below, so it cannot be an object here");
        }
        return temporaries.write(body);
    }

    @Override
    public GetResult get(String key) {
        return read(key, 0, Integer.MAX_VALUE, true);
    }

    @Override
    public GetResult get(String key, long position, int size) {
        if (position < 0 || size < 0) {
            throw new IllegalArgumentException(
                    "range of %d bytes from %d".formatted(size, position));
        }
        return read(key, position, size, false);
    }

    private GetResult read(String key, long position, int size, boolean whole) {
        Path file = path(key);
        try {
            if (!Files.isRegularFile(file)) {
                return new GetResult.NotFound();
            }
            try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
                long available = Math.max(0, channel.size() - position);
                if (whole && available > size) {
                    throw new IOException(
                            "too large to be read whole: %d bytes".formatted(available));
                }
                return new GetResult.Found(
                        readFully(channel, position, (int) Math.min(size, available)));
            }
        } catch (NoSuchFileException e) {
            return new GetResult.NotFound();
        } catch (IOException e) {
            return new GetResult.Unavailable(failure("get", key, Retry.RETRYABLE, e));
        }
    }

    private static ByteBuffer readFully(FileChannel channel, long position, int size)
            throws IOException {
        var body = ByteBuffer.allocate(size);
        while (body.position() < size) {
            body.limit(Math.min(size, body.position() + READ_SIZE_MAX));
            if (channel.read(body, position + body.position()) < 0) {
                throw new IOException("file ends at %d".formatted(position + body.position()));
            }
        }
        return body.flip();
    }

    @Override
    public HeadResult head(String key) {
        try {
            Path file = path(key);
            return Files.isRegularFile(file)
                    ? new HeadResult.Found(Files.size(file))
                    : new HeadResult.NotFound();
        } catch (NoSuchFileException e) {
            return new HeadResult.NotFound();
        } catch (IOException e) {
            return new HeadResult.Unavailable(failure("head", key, Retry.RETRYABLE, e));
        }
    }

    @Override
    public ListResult list(String prefix, String startAfter, int limit) {
        try {
            return new ListResult.Listed(
                    new LocalListing(root, prefix, startAfter, limit).collect());
        } catch (IOException e) {
            return new ListResult.Unavailable(failure("list", prefix, Retry.RETRYABLE, e));
        }
    }

    @Override
    public DeleteResult delete(Collection<String> keys) {
        Set<Path> changed = new LinkedHashSet<>();
        List<Path> files = keys.stream().map(this::path).toList();
        try {
            for (Path file : files) {
                if (deleteFile(file)) {
                    changed.add(parent(file));
                }
            }
            for (Path directory : changed) {
                DurableDirectories.sync(directory);
            }
            return new DeleteResult.Done();
        } catch (IOException e) {
            return new DeleteResult.Unknown(
                    failure("delete", String.join(", ", keys), Retry.UNKNOWN, e));
        }
    }

    private static boolean deleteFile(Path file) throws IOException {
        // A directory is no object, even though an empty one could be deleted.
        return Files.isRegularFile(file) && Files.deleteIfExists(file);
    }

    @Override
    public URI location() {
        String uri = root.toUri().toString();
        return URI.create(uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri);
    }

    @Override
    public void close() {
        temporaries.close();
    }

    private Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? root : parent;
    }

    private Path path(String key) {
        if (Keys.checked(key).startsWith(TemporaryFiles.DIRECTORY + "/")) {
            throw new IllegalArgumentException("reserved for temporary files: " + key);
        }
        return root.resolve(key);
    }

    private StoreException failure(String verb, String key, Retry retry, IOException cause) {
        String why =
                cause instanceof FileSystemException e && e.getReason() != null
                        ? e.getReason()
                        : cause.toString();
        return new StoreException(
                "%s of %s in %s failed: %s".formatted(verb, key, root, why), retry, cause);
    }
}
