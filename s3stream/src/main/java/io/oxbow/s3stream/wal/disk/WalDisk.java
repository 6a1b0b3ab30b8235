package io.oxbow.s3stream.wal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The disk under a WAL volume: a file, a block device, or a simulated one. Thread-safe; writes of
 * different threads never overlap.
 *
 * <p>Positions and lengths are multiples of {@link #BLOCK_BYTES} and buffers are direct and aligned
 * to it, as direct I/O wants them.
 */
public interface WalDisk extends AutoCloseable {

    /** Unit of all positions and lengths; what a superblock, a header slot and a PAD take. */
    int BLOCK_BYTES = 4096;

    /** What it is and how it is written, for messages. */
    String description();

    /**
     * Bytes that have been written at least once: everything below can be overwritten without the
     * file system allocating anything.
     */
    long size() throws IOException;

    /**
     * Whether it has its size for good, as a block device has: then all of it can be overwritten,
     * and it may have been something else's before.
     */
    default boolean isFixed() {
        return false;
    }

    /** How many bytes it can grow by, as far as is known. */
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
     * Returns when everything is durable whose write had returned before this was called. Nothing
     * is left to do here when writes are synchronous; callers call it all the same.
     */
    void sync() throws IOException;

    /** Whether each write is durable when it returns (O_DSYNC). */
    boolean isSynchronous();

    /** Lets go of the disk and of its lock; may be repeated. */
    @Override
    void close();
}
