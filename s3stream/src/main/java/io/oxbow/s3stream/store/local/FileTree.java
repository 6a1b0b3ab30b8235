package io.oxbow.s3stream.store.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a local bucket asks of a file system, step by step: bytes outlive a power failure once
 * {@link #sync} has returned, names once {@link #syncDirectory} has. Paths are absolute.
 * Thread-safe.
 */
interface FileTree {

    /** Makes one directory; one that is there already is as good. */
    void createDirectory(Path directory) throws IOException;

    /** Makes a file that holds {@code body}; the buffers stay as they are. */
    void write(Path file, List<ByteBuffer> body) throws IOException;

    /** Makes the bytes of a file durable. */
    void sync(Path file) throws IOException;

    /** Makes the names in a directory durable, those that went away too. */
    void syncDirectory(Path directory) throws IOException;

    /**
     * Gives a file a second name.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken
     */
    void link(Path existing, Path name) throws IOException;

    /** Gives a file another name, in place of what had it. */
    void rename(Path from, Path to) throws IOException;

    /** Takes a name, or an empty directory, away; false if it was not there. */
    boolean delete(Path path) throws IOException;

    /** What is there, or null. */
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

    /** What a directory holds, in no order; nothing if it is not there, or none. */
    List<Entry> list(Path directory) throws IOException;

    /**
     * Holds {@code file} until the answer is closed or the holder dies. Null if somebody else holds
     * it or, unless it is to be made, it is not there.
     */
    @Nullable AutoCloseable hold(Path file, boolean make) throws IOException;

    /** The path of what is there, without links. */
    Path realPath(Path path) throws IOException;

    /** What names of this process's temporary files start with; no other process's do. */
    String process();

    /**
     * @param size of a file
     */
    record Entry(String name, boolean isDirectory, long size) {}
}
