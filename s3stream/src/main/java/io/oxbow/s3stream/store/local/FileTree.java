package io.oxbow.s3stream.store.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operations that a local bucket needs of a file system. Bytes survive a power failure once {@link
 * #sync} has returned, names once {@link #syncDirectory} has. Paths are absolute. Thread-safe.
 */
interface FileTree {

    /** Makes one directory; does nothing if it exists. */
    void createDirectory(Path directory) throws IOException;

    /** Makes a file that holds {@code body}; the positions of the buffers stay. */
    void write(Path file, List<ByteBuffer> body) throws IOException;

    /** Makes the bytes of a file durable. */
    void sync(Path file) throws IOException;

    /** Makes the names in a directory durable, and the removal of names too. */
    void syncDirectory(Path directory) throws IOException;

    /**
     * Gives a file a second name.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken
     */
    void link(Path existing, Path name) throws IOException;

    /** Renames a file, and replaces any file with the new name. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file or an empty directory; false if it did not exist. */
    boolean delete(Path path) throws IOException;

    /** Returns the file or directory at {@code path}, or null. */
    @Nullable Entry look(Path path) throws IOException;

    /**
     * Reads {@code size} bytes from {@code position}; fewer if the file ends before.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     */
    ByteBuffer read(Path file, long position, int size) throws IOException;

    /**
     * Reads from {@code position} until {@code target} is full or the file ends.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     */
    void read(Path file, long position, ByteBuffer target) throws IOException;

    /** Returns the entries of a directory, in no order; none if there is no such directory. */
    List<Entry> list(Path directory) throws IOException;

    /**
     * Locks {@code file} until the result is closed or the process dies. Null if another process
     * has the lock or, unless the file is to be made, it does not exist.
     */
    @Nullable AutoCloseable hold(Path file, boolean make) throws IOException;

    /** Returns the path with symbolic links resolved. */
    Path realPath(Path path) throws IOException;

    /** Returns the start of this process's temporary names, which no other process uses. */
    String process();

    /** Entry of a directory. */
    record Entry(String name, boolean isDirectory, long size) {}
}
