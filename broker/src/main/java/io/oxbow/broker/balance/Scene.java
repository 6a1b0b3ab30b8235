package io.oxbow.broker.balance;

import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * Brokers that may give and take partitions, and the partitions with their loads.
 *
 * @param partitions those of other brokers do not count
 */
record Scene(List<Member> brokers, List<Placed> partitions) {

    /**
     * Broker that gives and takes.
     *
     * @param zone empty when it has none
     */
    record Member(int id, String zone) {}

    /**
     * Partition at its broker.
     *
     * @param broker that has it, or will have it once a move under way is over
     * @param rest what the planner may do with it
     */
    record Placed(TopicPartition id, int broker, Rest rest, Load load) {

        Placed movedTo(int other) {
            return new Placed(id, other, Rest.MOVING, load);
        }
    }

    /** Freedom of a partition to move. */
    enum Rest {
        /** It may move. */
        NONE,
        /** It has moved lately, and may move to a broker that has few partitions. */
        LATE,
        /** It is on its way. */
        MOVING
    }
}
