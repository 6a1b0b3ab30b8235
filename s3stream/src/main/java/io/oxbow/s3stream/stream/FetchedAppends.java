package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.Fetched;
import java.util.List;

/**
 * Appends whose bytes the garbage collector looks after.
 *
 * @param nextOffset after the appends, and after dropped ones that follow them
 */
record FetchedAppends(List<Append> appends, long nextOffset, long sizeInBytes) implements Fetched {

    /**
     * @param offset that was asked for
     */
    static Fetched of(List<Append> appends, long offset, long sizeInBytes) {
        long nextOffset = appends.isEmpty() ? offset : appends.getLast().nextOffset();
        return new FetchedAppends(appends, nextOffset, sizeInBytes);
    }

    /** Without what lies at or beyond {@code endOffset}. */
    static Fetched below(long endOffset, Fetched fetched) {
        if (fetched.nextOffset() <= endOffset) {
            return fetched;
        }
        List<Append> appends =
                fetched.appends().stream().filter(a -> a.nextOffset() <= endOffset).toList();
        long bytes = appends.stream().mapToLong(append -> append.records().remaining()).sum();
        return new FetchedAppends(appends, endOffset, bytes);
    }

    static Fetched nothing(long offset) {
        return new FetchedAppends(List.of(), offset, 0);
    }

    @Override
    public void close() {}
}
