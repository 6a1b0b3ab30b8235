package io.oxbow.s3stream.wal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Disk under a volume of the write-ahead log: a file, a block device, or a simulated one.
 * Thread-safe; writes of different threads never overlap.
 *
 * <p>Positions and lengths are multiples of {@link #BLOCK_BYTES} and buffers are direct and aligned
 * to it, as direct I/O wants them.
 */
public interface WalDisk extends AutoCloseable {

    /**
     * Unit in bytes of all positions and lengths; the size of a superblock, a header slot and a
     * PAD.
     */
    int BLOCK_BYTES = 4096;

    /** Returns a description of the disk and its mode of writing, for messages. */
    String description();

    /**
     * Returns the bytes that have been written at least once: everything below can be overwritten
     * without the file system allocating anything.
     */
    long size() throws IOException;

    /**
     * Returns whether the size is fixed, as that of a block device is. Then all of the disk can be
     * overwritten, and it may have been something else's before.
     */
    default boolean isFixed() {
        return false;
    }

    /** Returns the bytes by which the disk can grow, as far as is known. */
    default long roomBytes() throws IOException {
        return Long.MAX_VALUE;
    }

    /**
     * Reads until {@code target} is full or the disk ends, and returns how many bytes were read.
     */
    int read(long position, ByteBuffer target) throws IOException;

    /**
     * Writes all of {@code source}. After a return it is readable; it is durable only after the
     * next {@link #sync()}, unless {@link #isSynchronous()}.
     */
    void write(long position, ByteBuffer source) throws IOException;

    /**
     * Makes all writes durable that had returned before this was called. Nothing is left to do here
     * when writes are synchronous; callers call it all the same.
     */
    void sync() throws IOException;

    /** Returns whether each write is durable when it returns (O_DSYNC). */
    boolean isSynchronous();

    /** Closes the disk and releases its lock; may be called again. */
    @Override
    void close();
}
