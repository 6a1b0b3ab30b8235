package io.oxbow.s3stream;

/**
 * Listener for the appends that a starting node recovers from the write-ahead logs of its own
 * earlier epochs. With it, state that is kept beside the records can follow without reading them
 * again. Called before any stream is open, by one thread at a time.
 */
@FunctionalInterface
public interface RecoveredAppends {

    /** Listener that ignores all appends. */
    RecoveredAppends IGNORED = (stream, append) -> {};

    /**
     * Called when an append has become part of its stream for good. Those of one stream come in
     * order, without a gap between them while the node starts.
     *
     * @param append valid during the call
     */
    void recovered(StreamName stream, ReadResult.Append append);

    /**
     * Called for acked offsets that a damaged log no longer holds, once that was given up. New
     * appends will take these offsets again.
     *
     * @param log in words, with its id
     */
    default void lost(StreamName stream, long fromOffset, long toOffset, String log) {}
}
