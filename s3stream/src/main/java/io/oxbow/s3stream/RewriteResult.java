package io.oxbow.s3stream;

/** What a {@link StreamStore#rewrite} came to. */
public sealed interface RewriteResult {

    /** Up to where the range is done: rewritten, or as the filter wants it already. */
    long toOffset();

    /** Bytes of what was looked at, as appended. */
    long bytesBefore();

    long bytesAfter();

    /**
     * All of the range that can be rewritten now is done.
     *
     * @param toOffset at or before the one asked for: a stretch that is stored as one is done as a
     *     whole or not at all
     * @param bytesPassedOver in stretches that are too long to be rewritten in memory; they stay
     */
    record Done(long toOffset, long bytesBefore, long bytesAfter, long bytesPassedOver)
            implements RewriteResult {}

    /**
     * The stream was trimmed, compacted or deleted meanwhile, so that the rest of the range, from
     * {@code toOffset} on, is as it was. It may be asked for again at once.
     */
    record Stale(long toOffset, long bytesBefore, long bytesAfter, String why)
            implements RewriteResult {}
}
