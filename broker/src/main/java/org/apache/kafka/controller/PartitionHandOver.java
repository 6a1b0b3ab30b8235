package org.apache.kafka.controller;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData.OngoingPartitionReassignment;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData.OngoingTopicReassignment;
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
     * Partitions of a dead broker that have another place now.
     *
     * @param given led by others from now on
     * @param kept that were to move to it, and stay where they are
     */
    public record Outcome(int given, int kept) {}

    /**
     * Gives away up to a thousand partitions, in turns, and ends the moves to the broker; does
     * nothing for a broker that serves again.
     *
     * @param serves whether a broker that is up surely serves, and may take some
     * @param directory of a broker
     */
    public static CompletableFuture<Outcome> handOver(
            QuorumController controller,
            int from,
            IntPredicate serves,
            IntFunction<Uuid> directory) {
        return controller.appendWriteEvent(
                "handOver",
                OptionalLong.empty(),
                () -> {
                    if (serves.test(from)) {
                        return ControllerResult.of(List.of(), new Outcome(0, 0));
                    }
                    List<ApiMessageAndVersion> records =
                            records(controller, from, serves, directory);
                    int given = records.size();
                    records.addAll(ends(controller.replicationControl(), from, directory));
                    return ControllerResult.of(records, new Outcome(given, records.size() - given));
                });
    }

    private static List<ApiMessageAndVersion> records(
            QuorumController controller,
            int from,
            IntPredicate serves,
            IntFunction<Uuid> directory) {
        var records = new ArrayList<ApiMessageAndVersion>();
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

    /**
     * Returns the ends of moves to a broker that may never come. Its partitions, which others lead,
     * would be on their way for ever: held back from the balancer, and keeping the broker from
     * being removed.
     */
    private static List<ApiMessageAndVersion> ends(
            ReplicationControlManager replication, int to, IntFunction<Uuid> directory) {
        var records = new ArrayList<ApiMessageAndVersion>();
        var under = replication.listPartitionReassignments(null, Long.MAX_VALUE);
        for (OngoingTopicReassignment topic : under.topics()) {
            Uuid topicId = replication.getTopicId(topic.name());
            for (OngoingPartitionReassignment each : topic.partitions()) {
                PartitionRegistration partition =
                        replication.getPartition(topicId, each.partitionIndex());
                boolean led = partition != null && partition.leader >= 0 && partition.leader != to;
                if (led && each.addingReplicas().contains(to) && records.size() < PARTITIONS_MAX) {
                    records.add(end(topicId, each, to, directory));
                }
            }
        }
        return records;
    }

    /** Returns a move's end; it goes on if another broker is wanted, too. */
    private static ApiMessageAndVersion end(
            Uuid topicId, OngoingPartitionReassignment move, int to, IntFunction<Uuid> directory) {
        var wanted = new ArrayList<>(move.addingReplicas());
        wanted.remove(Integer.valueOf(to));
        var replicas = new ArrayList<>(move.replicas());
        replicas.removeAll(wanted.isEmpty() ? move.addingReplicas() : List.of(to));
        return new ApiMessageAndVersion(
                new PartitionChangeRecord()
                        .setTopicId(topicId)
                        .setPartitionId(move.partitionIndex())
                        .setReplicas(replicas)
                        .setAddingReplicas(wanted)
                        .setRemovingReplicas(wanted.isEmpty() ? List.of() : move.removingReplicas())
                        .setDirectories(replicas.stream().map(directory::apply).toList()),
                MetadataVersion.LATEST_PRODUCTION.partitionChangeRecordVersion());
    }
}
