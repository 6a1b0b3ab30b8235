package io.oxbow.broker.control;

import org.apache.kafka.common.TopicIdPartition;

/** Told which partitions this broker leads, by one thread, in order. Must not block for long. */
public interface LeadershipListener {

    /** The partition is open and led at {@code leaderEpoch}; told again when the epoch rises. */
    void elected(TopicIdPartition partition, int leaderEpoch);

    /** The partition is about to be given up. */
    void resigning(TopicIdPartition partition, int leaderEpoch);

    /** Nobody listens. */
    LeadershipListener NONE =
            new LeadershipListener() {
                @Override
                public void elected(TopicIdPartition partition, int leaderEpoch) {}

                @Override
                public void resigning(TopicIdPartition partition, int leaderEpoch) {}
            };
}
