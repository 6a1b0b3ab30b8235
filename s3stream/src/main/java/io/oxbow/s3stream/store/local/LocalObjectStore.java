package io.oxbow.s3stream.store.local;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.store.Keys;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Object store in a local directory: a key is a path below it.
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

    /**
     * Permits for reads. A read occupies the processor of its virtual thread, even while the disk
     * works. A consumer that catches up has many reads to make; half of the processors are left to
     * the others.
     */
    private final Semaphore turns =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

    private final FileTree files;
    private final Path root;
    private final DurableDirectories directories;
    private final TemporaryFiles temporaries;

    private LocalObjectStore(
            FileTree files, Path root, DurableDirectories directories, TemporaryFiles temporaries) {
        this.files = files;
        this.root = root;
        this.directories = directories;
        this.temporaries = temporaries;
    }

    /** Opens the bucket in {@code directory}, which is created if missing. */
    public static LocalObjectStore open(Path directory) {
        return open(new NativeFileTree(), directory);
    }

    public static LocalObjectStore open(FileTree files, Path directory) {
        try {
            var directories = DurableDirectories.open(files, directory.toAbsolutePath());
            Path root = directories.root();
            return new LocalObjectStore(files, root, directories, TemporaryFiles.open(files, root));
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
            return new PutResult.NotApplied(failure("put", key, e));
        }
        try {
            files.rename(temporary, target);
        } catch (IOException e) {
            temporaries.discard(temporary);
            return isFull(e)
                    ? new PutResult.NotApplied(failure("put", key, e))
                    : new PutResult.Unknown(failure("put", key, Retry.UNKNOWN, e));
        }
        try {
            files.syncDirectory(directory);
            return new PutResult.Done();
        } catch (IOException e) {
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
            return new CreateResult.NotApplied(failure("create", key, e));
        }
        try {
            return create(temporary, target, key);
        } finally {
            temporaries.discard(temporary);
        }
    }

    private CreateResult create(Path temporary, Path target, String key) {
        boolean created;
        try {
            created = link(temporary, target);
        } catch (IOException e) {
            return isFull(e)
                    ? new CreateResult.NotApplied(failure("create", key, e))
                    : new CreateResult.Unknown(failure("create", key, Retry.UNKNOWN, e));
        }
        try {
            // "Exists" is an answer to build on, so what exists must be durable too.
            files.syncDirectory(parent(target));
            return created ? new CreateResult.Created() : new CreateResult.Exists();
        } catch (IOException e) {
            return new CreateResult.Unknown(failure("create", key, Retry.UNKNOWN, e));
        }
    }

    private boolean link(Path temporary, Path target) throws IOException {
        try {
            files.link(temporary, target);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /**
     * Writes the body under a temporary name, after checking that {@code target} can be an object.
     */
    private Path prepare(Path directory, Path target, List<ByteBuffer> body) throws IOException {
        directories.ensure(directory);
        FileTree.Entry there = files.look(target);
        if (there != null && there.isDirectory()) {
            throw new FileSystemException(
                    target.toString(),
                    null,
                    "other keys lie below, so it cannot be an object here");
        }
        return temporaries.write(body);
    }

    @Override
    public GetResult get(String key) {
        return read(
                key,
                (file, there) -> {
                    if (there.size() > Integer.MAX_VALUE) {
                        throw new IOException(
                                "too large to be read whole: %d bytes".formatted(there.size()));
                    }
                    return files.read(file, 0, Integer.MAX_VALUE);
                });
    }

    @Override
    public GetResult get(String key, long position, int size) {
        if (position < 0 || size < 0) {
            throw new IllegalArgumentException(
                    "range of %d bytes from %d".formatted(size, position));
        }
        return read(key, (file, there) -> files.read(file, position, size));
    }

    @Override
    public GetResult get(String key, long position, ByteBuffer target) {
        ByteBuffer body = target.slice();
        return read(
                key,
                (file, there) -> {
                    files.read(file, position, body);
                    return body.flip();
                });
    }

    /** Reads from a file that exists. */
    @FunctionalInterface
    private interface Reading {
        ByteBuffer read(Path file, FileTree.Entry there) throws IOException;
    }

    private GetResult read(String key, Reading reading) {
        Path file = path(key);
        turns.acquireUninterruptibly();
        try {
            FileTree.Entry there = files.look(file);
            if (there == null || there.isDirectory()) {
                return new GetResult.NotFound();
            }
            return new GetResult.Found(reading.read(file, there));
        } catch (NoSuchFileException e) {
            return new GetResult.NotFound();
        } catch (IOException e) {
            return new GetResult.Unavailable(failure("get", key, Retry.RETRYABLE, e));
        } finally {
            turns.release();
        }
    }

    @Override
    public HeadResult head(String key) {
        try {
            FileTree.Entry there = files.look(path(key));
            return there == null || there.isDirectory()
                    ? new HeadResult.NotFound()
                    : new HeadResult.Found(there.size());
        } catch (IOException e) {
            return new HeadResult.Unavailable(failure("head", key, Retry.RETRYABLE, e));
        }
    }

    @Override
    public ListResult list(String prefix, String startAfter, int limit) {
        try {
            return new ListResult.Listed(
                    new LocalListing(files, root, prefix, startAfter, limit).collect());
        } catch (IOException e) {
            return new ListResult.Unavailable(failure("list", prefix, Retry.RETRYABLE, e));
        }
    }

    @Override
    public DeleteResult delete(Collection<String> keys) {
        Set<Path> changed = new LinkedHashSet<>();
        List<Path> paths = keys.stream().map(this::path).toList();
        try {
            for (Path file : paths) {
                if (deleteFile(file)) {
                    changed.add(parent(file));
                }
            }
            for (Path directory : changed) {
                files.syncDirectory(directory);
            }
            return new DeleteResult.Done();
        } catch (IOException e) {
            return new DeleteResult.Unknown(
                    failure("delete", String.join(", ", keys), Retry.UNKNOWN, e));
        }
    }

    private boolean deleteFile(Path file) throws IOException {
        // A directory is no object, even though an empty one could be deleted.
        FileTree.Entry there = files.look(file);
        return there != null && !there.isDirectory() && files.delete(file);
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

    /** Makes the exception for an operation that was surely not applied. */
    private StoreException failure(String verb, String key, IOException cause) {
        return failure(verb, key, isFull(cause) ? Retry.RETRYABLE : Retry.FATAL, cause);
    }

    private StoreException failure(String verb, String key, Retry retry, IOException cause) {
        String why =
                cause instanceof FileSystemException e && e.getReason() != null
                        ? e.getReason()
                        : cause.toString();
        String advice = isFull(cause) ? "; free some space there, or raise the quota" : "";
        return new StoreException(
                "%s of %s in %s failed: %s%s".formatted(verb, key, root, why, advice),
                retry,
                cause);
    }

    /**
     * Returns whether the file system is full, of bytes, quota or inodes, which can be helped while
     * the node runs.
     */
    private static boolean isFull(IOException failure) {
        String said = String.valueOf(failure.getMessage());
        return said.contains("No space left") || said.contains("quota exceeded");
    }
}
