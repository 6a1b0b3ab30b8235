package io.oxbow.s3stream.log;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Verdict;
import java.util.List;

/**
 * One process's end of the metadata log: follows it, and leads it when it has taken over.
 *
 * <p>Thread-safe. Appends of many callers ride in one slot (group commit); one slot is in flight at
 * a time.
 */
public interface MetadataLog extends AutoCloseable {

    /** Random id of the cluster, given when the log was created. */
    java.util.UUID clusterId();

    /** What the log says, as far as it has been applied here; thread-safe. */
    CoreImage image();

    /**
     * Appends records as one atomic unit and blocks until their fate is known.
     *
     * @return one verdict per record
     * @throws LogAppendException RETRYABLE: not appended, this process does not lead; UNKNOWN: it
     *     was deposed or closed meanwhile, the unit may be in the log
     */
    List<Verdict> append(List<CoreRecord> records);

    /** The other family. */
    ApplicationLog application();

    /** Who leads, as far as is known here. */
    Leadership leadership();

    /**
     * Becomes leader: reads to the end, puts TAKEOVER, lists after it, over again as often as it
     * takes. Nothing was written when this throws.
     *
     * @throws LeaderAliveException when the present leader answers, see {@link LeaderCheck}, or
     *     answers a question left in the bucket
     */
    Leadership takeOver(LeaderCheck check);

    /** Publishes a snapshot now and cleans up below the one before it. For the leader only. */
    void snapshot();

    /** Says RESIGN if leading, and stops. */
    @Override
    void close();

    /**
     * @param leaderEpoch grows by one at each TAKEOVER
     * @param nodeId of the leader, -1 if none is known
     * @param incarnation of the leader's process
     * @param slot last slot applied
     */
    record Leadership(
            int leaderEpoch, int nodeId, java.util.UUID incarnation, boolean here, long slot) {}

    /** What a newcomer found out about the leader without the bucket. */
    enum LeaderSign {
        /** It answered as leader of that epoch, and reached the bucket lately. */
        WELL,

        /** Its process has surely ended. */
        ENDED,

        /** No answer, which proves nothing: it is asked through the bucket. */
        SILENT
    }

    /** Asks the process that leads now whether it is well. Only liveness hangs on it. */
    @FunctionalInterface
    interface LeaderCheck {
        LeaderSign ask(Leadership leader);
    }
}
