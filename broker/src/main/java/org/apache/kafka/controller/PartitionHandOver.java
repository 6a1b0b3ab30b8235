package org.apache.kafka.controller;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.common.TopicIdPartition;

/**
 * Gives the partitions of one broker to others, in this package because the controller's tables
 * are. Kafka would reassign replica by replica, and elect uncleanly; here the data is in the
 * bucket, so one record per partition says all.
 */
public final class PartitionHandOver {

    private static final int PARTITIONS_MAX = 1_000;

    private PartitionHandOver() {}

    /**
     * Gives away up to a thousand partitions, in turns; none of a broker that serves again.
     *
     * @param serves whether a broker that is up surely serves, and may take some
     * @param directory of a broker
     * @return the number of partitions that were given away
     */
    public static CompletableFuture<Integer> handOver(
            QuorumController controller,
            int from,
            IntPredicate serves,
            IntFunction<Uuid> directory) {
        return controller.appendWriteEvent(
                "handOver",
                OptionalLong.empty(),
                () -> {
                    List<ApiMessageAndVersion> records =
                            records(controller, from, serves, directory);
                    return ControllerResult.of(records, records.size());
                });
    }

    private static List<ApiMessageAndVersion> records(
            QuorumController controller,
            int from,
            IntPredicate serves,
            IntFunction<Uuid> directory) {
        var records = new ArrayList<ApiMessageAndVersion>();
        if (serves.test(from)) {
            return records;
        }
        ClusterControlManager cluster = controller.clusterControl();
        List<Integer> to =
                cluster.brokerRegistrations().keySet().stream()
                        .filter(broker -> broker != from && cluster.isActive(broker))
                        .filter(serves::test)
                        .sorted()
                        .toList();
        if (to.isEmpty()) {
            return records;
        }
        ReplicationControlManager replication = controller.replicationControl();
        var partitions = replication.brokersToIsrs().partitionsWithBrokerInIsr(from);
        while (partitions.hasNext() && records.size() < PARTITIONS_MAX) {
            TopicIdPartition id = partitions.next();
            PartitionRegistration partition =
                    replication.getPartition(id.topicId(), id.partitionId());
            if (partition != null) {
                int taker = to.get(records.size() % to.size());
                records.add(record(id, taker, directory));
            }
        }
        return records;
    }

    private static ApiMessageAndVersion record(
            TopicIdPartition id, int taker, IntFunction<Uuid> directory) {
        return new ApiMessageAndVersion(
                new PartitionChangeRecord()
                        .setTopicId(id.topicId())
                        .setPartitionId(id.partitionId())
                        .setReplicas(List.of(taker))
                        .setIsr(List.of(taker))
                        .setLeader(taker)
                        .setAddingReplicas(List.of())
                        .setRemovingReplicas(List.of())
                        .setDirectories(List.of(directory.apply(taker))),
                MetadataVersion.LATEST_PRODUCTION.partitionChangeRecordVersion());
    }
}
