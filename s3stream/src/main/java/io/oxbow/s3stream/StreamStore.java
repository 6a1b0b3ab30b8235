package io.oxbow.s3stream;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * One node's view of the streams in a bucket: opens them, takes appends into its write-ahead log,
 * uploads what has aged, reads from memory, cache and store.
 */
public interface StreamStore extends AutoCloseable {

    /** The epoch at which this node is registered in the metadata log. */
    long nodeEpoch();

    /**
     * Opens streams at a new epoch each, creating those that do not exist yet, in one entry of the
     * metadata log. Streams that are open here already are returned as they are.
     *
     * @throws FencedException if this node is fenced
     * @throws S3StreamException with {@code RETRYABLE} when another node still owns one of them
     */
    Map<StreamName, Stream> open(Collection<StreamName> names);

    /** Those of {@code names} that exist in the metadata log. */
    List<StreamName> existing(Collection<StreamName> names);

    /** Uploads what the streams still hold in the WAL, then gives them up. */
    void close(Collection<StreamName> names);

    /**
     * Deletes streams and everything in them. Streams open here are closed first, without upload.
     */
    void delete(Collection<StreamName> names);

    /** Uploads and commits everything appended so far; returns when the metadata log has it. */
    void flush();

    /**
     * Asks for uploads often enough that nothing durable stays out of the data objects for longer
     * than {@code maxAgeMillis}. Each call replaces the wish of the one before, so that a wish can
     * be taken back: whoever has several (the tables have one each) passes the smallest. {@link
     * Long#MAX_VALUE} for none.
     */
    void uploadAtLeastEvery(long maxAgeMillis);

    /**
     * Starts an upload of everything durable, however young and small it is; does not wait for it.
     */
    void uploadSoon();

    /**
     * True when one of the streams is open here and has durable appends beyond its data objects.
     */
    boolean hasUnuploaded(Collection<StreamName> names);

    /**
     * Rewrites what is committed of a stream in {@code [fromOffset, toOffset)}: each append is
     * kept, replaced or dropped as {@code filter} decides. Offsets stay: a dropped append leaves
     * its offsets unused, reads go on with the next one, and looking up by timestamp passes it
     * over. Appends, reads and trims may go on meanwhile. Blocks for as long as it takes at the
     * pace of compaction; one rewriting at a time.
     *
     * <p>For compaction by key, make two passes over the same range: read it (and what follows up
     * to the durable end, if later values are to hide earlier ones there) and note for each key the
     * offset of its last record; then rewrite with a filter that drops, or replaces with fewer
     * records, whatever holds none of the noted offsets. A batch that is replaced must keep what
     * the readers' protocol wants of it (its last offset, producer state). Doing it again is
     * harmless, and after a crash necessary from the offset that was last reported as done.
     *
     * @throws S3StreamException if the store fails or stops meanwhile, or the filter throws
     */
    RewriteResult rewrite(StreamName name, long fromOffset, long toOffset, AppendFilter filter);

    /**
     * Called when this store can ack no more (fenced, or its WAL failed); the node must step down.
     */
    void onFailure(java.util.function.Consumer<S3StreamException> listener);

    /** Flushes, marks the WAL empty in the metadata log and lets go of it. */
    @Override
    void close();
}
