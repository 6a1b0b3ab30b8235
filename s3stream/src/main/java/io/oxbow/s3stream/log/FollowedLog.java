package io.oxbow.s3stream.log;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;

/** Metadata log of one process among several that tell each other of it. */
public interface FollowedLog extends MetadataLog {

    /**
     * Blocks until everything up to {@code slot} is applied here; looks for it at once.
     *
     * @return false when it is not after {@code limit}, or the log is closed
     */
    boolean awaitApplied(long slot, Duration limit) throws InterruptedException;

    /**
     * Blocks until everything that was in the log when this was called is applied here. It asks the
     * bucket, as the leader may have been deposed without knowing.
     *
     * @return false when the bucket has not told within {@code limit}, or the log is closed
     */
    boolean awaitEnd(Duration limit) throws InterruptedException;

    /**
     * Appends as {@link #append} does, at one leadership of this process or not at all.
     *
     * @throws LogAppendException RETRYABLE when this process does not lead at that epoch
     */
    List<ApplyResult> appendAt(int leaderEpoch, List<CoreRecord> records);

    /**
     * Calls {@code watcher} with the epoch of each leader that is new here, on the log's own
     * thread; it must not block.
     */
    void onLeader(IntConsumer watcher);

    /**
     * Calls {@code watcher} after slots were applied, on the log's own thread; it must not block.
     */
    void onApplied(Runnable watcher);

    /**
     * Returns the bytes of slots applied here from {@code slot} on, up to about {@code bytesMax}.
     * There are none when that slot is not kept any more, or is not applied yet.
     */
    List<byte[]> recent(long slot, int bytesMax);

    /**
     * Takes slots that another process has applied, and applies those that follow here.
     *
     * @return the last slot that is applied here, at the latest after {@code limit}
     */
    long push(List<byte[]> slots, Duration limit) throws InterruptedException;

    /** Returns the time since the bucket answered the leader in this process last. */
    Duration bucketSilence();

    /**
     * Says whether members may miss this process as their leader, and ask for it in the bucket; it
     * looks for their questions more often then.
     */
    void expectQuestions(boolean expected);

    /** Says that this process need not lead: to follow a leader is well. */
    void join();
}
