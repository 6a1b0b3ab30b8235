package io.oxbow.s3stream;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Streams of a bucket as one node opens, appends to and reads them. Appends go into the node's
 * write-ahead log and are uploaded later; reads come from memory, cache or the store.
 */
public interface StreamStore extends AutoCloseable {

    /** Returns the epoch at which this node is registered in the metadata log. */
    long nodeEpoch();

    /**
     * Opens streams, each at a new epoch, in one entry of the metadata log; a stream that does not
     * exist yet is created. Streams that are open here already are returned as they are.
     *
     * @throws FencedException if this node is fenced
     * @throws S3StreamException with {@code RETRYABLE} when another node still owns one of them
     */
    Map<StreamName, Stream> open(Collection<StreamName> names);

    /** Returns those of {@code names} that exist in the metadata log. */
    List<StreamName> existing(Collection<StreamName> names);

    /**
     * Returns those of {@code names} that another node has open, as far as this one knows. Opening
     * one of them would be refused, at the price of an entry in the metadata log.
     */
    List<StreamName> heldByOthers(Collection<StreamName> names);

    /**
     * Uploads and commits what has been appended to some streams so far, without regard to size,
     * age or pace; they go on taking appends.
     *
     * @return false when that took longer than {@code limit}
     */
    boolean upload(Collection<StreamName> names, Duration limit);

    /**
     * Uploads what the streams still have in the write-ahead log, then closes them in the metadata
     * log.
     */
    void close(Collection<StreamName> names);

    /**
     * Deletes streams with all of their records. Streams open here are closed first, without
     * upload.
     */
    void delete(Collection<StreamName> names);

    /**
     * Uploads and commits everything appended so far; returns when the metadata log has the commit.
     */
    void flush();

    /**
     * Starts an upload of everything durable, whatever its age and size, and does not wait for the
     * end.
     */
    void uploadSoon();

    /**
     * Returns whether one of the streams is open here and has durable appends that are not in data
     * objects.
     */
    boolean hasUnuploaded(Collection<StreamName> names);

    /**
     * Returns a cursor over the committed appends of a stream that overlap {@code [fromOffset,
     * toOffset)}. It reads past the caches and waits for the pace of compaction.
     *
     * @throws OffsetOutOfRangeException when that is not committed, or trimmed
     */
    CommittedReader.Cursor readPaced(StreamName name, long fromOffset, long toOffset);

    /**
     * Rewrites the committed appends of a stream in {@code [fromOffset, toOffset)}: {@code filter}
     * decides which are kept, replaced or dropped. A stretch that is stored as one is rewritten as
     * a whole, so the filter is also asked about appends from {@code toOffset} to the end of the
     * stretch in which it lies, and must keep them. Offsets stay: a dropped append leaves its
     * offsets unused, reads go on with the next one, and looking up by timestamp passes it over.
     * Appends, reads and trims may go on meanwhile. Blocks for as long as it takes at the pace of
     * compaction; one rewriting at a time.
     *
     * <p>For compaction by key, make two passes over the same range: {@link #readPaced read} it and
     * note for each key the offset of its last record; then rewrite with a filter that drops, or
     * replaces with fewer records, whatever holds none of the noted offsets. A batch that is
     * replaced must keep what the readers' protocol wants of it (its last offset, producer state).
     * Doing it again is harmless, and after a crash necessary from the offset that was last
     * reported as done.
     *
     * @throws S3StreamException if the store fails or stops meanwhile, or the filter throws
     */
    RewriteResult rewrite(StreamName name, long fromOffset, long toOffset, AppendFilter filter);

    /**
     * Adds a listener that is called when this store can ack no more, because it was fenced or its
     * write-ahead log failed. The node must step down then.
     */
    void onFailure(java.util.function.Consumer<S3StreamException> listener);

    /** Flushes, marks the write-ahead log as empty in the metadata log, and closes it. */
    @Override
    void close();
}
