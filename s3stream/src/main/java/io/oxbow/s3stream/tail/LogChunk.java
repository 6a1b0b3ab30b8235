package io.oxbow.s3stream.tail;

import java.nio.ByteBuffer;

/**
 * Range of one volume of the write-ahead log that was read back.
 *
 * @param lsn where it starts
 * @param bytes from 0 to its capacity
 */
record LogChunk(long lsn, ByteBuffer bytes) implements TailEntry.Source {

    long sizeInBytes() {
        return bytes.capacity();
    }

    boolean has(long position) {
        return position >= lsn && position < lsn + bytes.capacity();
    }

    /** Copies bytes from LSN {@code position} on, as many as there are and as fit. */
    int copy(long position, ByteBuffer target) {
        int from = (int) (position - lsn);
        int count = Math.min(target.remaining(), bytes.capacity() - from);
        target.put(bytes.slice(from, count));
        return count;
    }

    @Override
    public ByteBuffer frame(TailEntry entry) {
        return bytes.slice((int) (entry.lsn() - lsn), entry.frameBytes());
    }
}
