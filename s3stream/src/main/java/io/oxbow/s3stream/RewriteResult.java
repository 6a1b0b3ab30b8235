package io.oxbow.s3stream;

/** Result of {@link StreamStore#rewrite}: the range is done, or its stream changed meanwhile. */
public sealed interface RewriteResult {

    /**
     * Returns the offset below which the range is done: rewritten, or found to be as the filter
     * decides.
     */
    long toOffset();

    /** Returns the size in bytes, as appended, of the appends that the filter was asked about. */
    long bytesBefore();

    long bytesAfter();

    /**
     * The range is done, as far as it can be rewritten now.
     *
     * @param toOffset maybe beyond the one asked for: a stretch that is stored as one is done as a
     *     whole
     */
    record Done(long toOffset, long bytesBefore, long bytesAfter) implements RewriteResult {}

    /**
     * The stream was trimmed, compacted or deleted meanwhile: the range from {@code toOffset} on is
     * unchanged. It may be asked for again at once.
     */
    record Stale(long toOffset, long bytesBefore, long bytesAfter, String why)
            implements RewriteResult {}
}
