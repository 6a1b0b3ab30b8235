package io.oxbow.broker.balance;

import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * Moves that even loads out, with the standing of the brokers before them.
 *
 * @param moves in order, best first
 */
public record BalancePlan(List<Standing> standings, List<Move> moves) {

    /**
     * Standing of a broker among the others.
     *
     * @param partitions that it has
     * @param load of them together
     * @param height the greatest of its measures, in means of the brokers
     * @param measure that is greatest
     * @param traffic sum of the measures of traffic, in means of the brokers
     */
    public record Standing(
            int broker,
            String zone,
            int partitions,
            Load load,
            double height,
            String measure,
            double traffic) {}

    /**
     * Move of a partition.
     *
     * @param reason for people
     */
    public record Move(TopicPartition partition, int from, int to, String reason) {}
}
