package io.oxbow.broker.control;

import org.apache.kafka.common.TopicIdPartition;

/**
 * Listens to the partitions that this broker begins and ceases to lead. Calls come from one thread,
 * in order, and must not block for long.
 */
public interface LeadershipListener {

    /**
     * Called when the partition is open and led at {@code leaderEpoch}, and again when the epoch
     * rises.
     */
    void elected(TopicIdPartition partition, int leaderEpoch);

    /** Called when the partition is about to be given up. */
    void resigning(TopicIdPartition partition, int leaderEpoch);

    /** A listener that ignores every call. */
    LeadershipListener NONE =
            new LeadershipListener() {
                @Override
                public void elected(TopicIdPartition partition, int leaderEpoch) {}

                @Override
                public void resigning(TopicIdPartition partition, int leaderEpoch) {}
            };
}
