package io.oxbow.s3stream.log;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.format.LogPosition;
import java.util.List;

/**
 * Metadata log as one process uses it: followed always, led after a takeover.
 *
 * <p>Thread-safe. Appends of many callers ride in one slot (group commit); one slot is in flight at
 * a time.
 */
public interface MetadataLog extends AutoCloseable {

    /** Returns the random id that the cluster got when the log was created. */
    java.util.UUID clusterId();

    /** Returns the image of everything applied so far; thread-safe. */
    CoreImage image();

    /**
     * Appends records as one atomic unit, and blocks until the outcome is known.
     *
     * @return one result per record
     * @throws LogAppendException RETRYABLE: not appended, this process does not lead; UNKNOWN: it
     *     was deposed or closed meanwhile, the unit may be in the log
     */
    List<ApplyResult> append(List<CoreRecord> records);

    /** Looks for new entries at once; a follower else does so at intervals. Does not wait. */
    default void look() {}

    /**
     * Notes how far the leader of an epoch has come, as it told this process. While a leader tells,
     * the bucket is hardly looked at, as new slots are pushed.
     */
    default void leaderIsAt(int leaderEpoch, long slot) {}

    /** Returns the application's family of records. */
    ApplicationLog application();

    /** Returns the leader, as far as this process knows. */
    Leadership leadership();

    /**
     * Makes this process the leader: reads to the end, puts TAKEOVER and lists after it, until that
     * succeeds. Nothing was written when this throws.
     *
     * @throws LeaderAliveException when the present leader answers, see {@link LeaderCheck}, or
     *     answers a question left in the bucket
     */
    Leadership takeOver(LeaderCheck check);

    /** Publishes a snapshot now, and cleans up below the one before it; for the leader only. */
    void snapshot();

    /** Resigns if leading, and stops. */
    @Override
    void close();

    /** Leader of the log at one moment. */
    record Leadership(
            int leaderEpoch, int nodeId, java.util.UUID incarnation, boolean here, long slot) {

        /** Returns the leader at a position; node -1 once that leader has resigned. */
        static Leadership at(LogPosition position, boolean here) {
            return new Leadership(
                    position.leader().leaderEpoch(),
                    position.resigned() ? -1 : position.leader().nodeId(),
                    position.leader().incarnation(),
                    here,
                    position.slot());
        }
    }

    /** Sign of the leader's life that a newcomer found without the bucket. */
    enum LeaderSign {
        /** The leader answered at that epoch, and reached the bucket lately. */
        WELL,

        /** The leader's process has surely ended. */
        ENDED,

        /** The leader did not answer, which proves nothing; it is asked through the bucket. */
        SILENT,

        /**
         * As {@link #SILENT} for a member of a cluster: the leader misses it as well, and looks for
         * its question often.
         */
        MISSED
    }

    /** Asks the process that leads now whether it is well; only liveness depends on the answer. */
    @FunctionalInterface
    interface LeaderCheck {
        LeaderSign ask(Leadership leader);
    }
}
