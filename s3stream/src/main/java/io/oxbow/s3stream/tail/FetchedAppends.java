package io.oxbow.s3stream.tail;

import io.oxbow.s3stream.Fetched;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Result of a read with bytes on the heap.
 *
 * @param nextOffset after the appends, and after dropped ones that follow them
 */
public record FetchedAppends(List<Append> appends, long nextOffset, long sizeInBytes)
        implements Fetched {

    /**
     * @param offset that was asked for
     */
    public static Fetched of(List<Append> appends, long offset, long sizeInBytes) {
        long nextOffset = appends.isEmpty() ? offset : appends.getLast().nextOffset();
        return new FetchedAppends(appends, nextOffset, sizeInBytes);
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

    public static Fetched nothing(long offset) {
        return new FetchedAppends(List.of(), offset, 0);
    }

    @Override
    public void close() {}
}
