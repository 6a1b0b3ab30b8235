package io.oxbow.s3stream.tail;

import io.oxbow.s3stream.ReadResult;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Result of a read with bytes on the heap.
 *
 * @param nextOffset after the appends, and after dropped ones that follow them
 */
public record HeapReadResult(List<Append> appends, long nextOffset, long sizeInBytes)
        implements ReadResult {

    /**
     * @param offset that was asked for
     */
    public static ReadResult of(List<Append> appends, long offset, long sizeInBytes) {
        long nextOffset = appends.isEmpty() ? offset : appends.getLast().nextOffset();
        return new HeapReadResult(appends, nextOffset, sizeInBytes);
    }

    /** Returns a copy of the append, with bytes of its own on the heap. */
    public static Append copyOf(Append append) {
        ByteBuffer copy = ByteBuffer.allocate(append.records().remaining());
        copy.put(append.records().duplicate()).flip();
        return new Append(
                append.baseOffset(),
                append.count(),
                append.maxTimestamp(),
                append.appendTimeMillis(),
                copy.asReadOnlyBuffer());
    }

    public static ReadResult nothing(long offset) {
        return new HeapReadResult(List.of(), offset, 0);
    }

    @Override
    public void close() {}
}
