package io.oxbow.broker;

import io.oxbow.broker.balance.BalanceSettings;
import io.oxbow.broker.balance.TrafficLink;
import io.oxbow.broker.config.TopicConfigExtension;
import io.oxbow.broker.control.ControllerLink;
import io.oxbow.broker.partition.RecoveredBatches;
import io.oxbow.broker.retention.RetentionFloor;
import io.oxbow.broker.transaction.BrokerCalls;
import java.util.List;

/**
 * Extensions of a broker by the process that embeds it.
 *
 * @param topicConfigs topic keys beside Kafka's
 * @param retentionFloor lowest offsets that retention must keep
 * @param bucket the location of the data, for people
 * @param cluster of which the broker is a member
 * @param recovered batches that opening partitions need not read from the streams
 */
public record BrokerExtensions(
        TopicConfigExtension topicConfigs,
        RetentionFloor retentionFloor,
        String bucket,
        RecoveredBatches recovered,
        ClusterSeat cluster) {

    /** Returns the extensions of a broker by itself: none. */
    public static BrokerExtensions none() {
        return new BrokerExtensions(
                TopicConfigExtension.none(),
                RetentionFloor.none(),
                "bucket",
                RecoveredBatches.none(),
                new ClusterSeat(
                        ControllerLink.none(),
                        broker -> true,
                        List::of,
                        BrokerCalls.none(),
                        TrafficLink.none(),
                        BalanceSettings.USUAL));
    }
}
