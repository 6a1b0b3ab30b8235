package io.oxbow.s3stream;

/**
 * Told of what a node finds in the write-ahead logs of its own earlier epochs when it starts, so
 * that whoever keeps state beside the records need not read them again. Called before any stream is
 * open, by one thread at a time.
 */
@FunctionalInterface
public interface RecoveredAppends {

    /** Nobody wants to know. */
    RecoveredAppends IGNORED = (stream, append) -> {};

    /**
     * An append has become part of its stream for good. Those of one stream come in order, without
     * a gap between them while the node starts.
     *
     * @param append valid during the call
     */
    void recovered(StreamName stream, Fetched.Append append);
}
