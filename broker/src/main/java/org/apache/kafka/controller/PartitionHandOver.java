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
     * Gives away up to a thousand partitions.
     *
     * @param candidates brokers that may take some
     * @param directory of a broker
     * @return the number of partitions that were given away
     */
    public static CompletableFuture<Integer> handOver(
            QuorumController controller,
            int from,
            IntPredicate candidates,
            IntFunction<Uuid> directory) {
        return controller.appendWriteEvent(
                "handOver",
                OptionalLong.empty(),
                () -> {
                    List<ApiMessageAndVersion> records =
                            records(controller, from, candidates, directory);
                    return ControllerResult.of(records, records.size());
                });
    }

    private static List<ApiMessageAndVersion> records(
            QuorumController controller,
            int from,
            IntPredicate candidates,
            IntFunction<Uuid> directory) {
        ClusterControlManager cluster = controller.clusterControl();
        List<Integer> to =
                cluster.brokerRegistrations().keySet().stream()
                        .filter(broker -> broker != from && cluster.isActive(broker))
                        .filter(candidates::test)
                        .sorted()
                        .toList();
        var records = new ArrayList<ApiMessageAndVersion>();
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
                int taker = to.get(Math.floorMod(records.size() + id.partitionId(), to.size()));
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
                        .setDirectories(List.of(directory.apply(taker))),
                MetadataVersion.LATEST_PRODUCTION.partitionChangeRecordVersion());
    }
}
