package io.oxbow.simulation.kafka;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.simulation.kafka.ModelController.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.DirectoryId;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.AlterPartitionResponseData;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsResponse;
import org.apache.kafka.common.requests.AlterPartitionResponse;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/** Partitions' replicas and leaders, as Kafka's controller changes those of one replica each. */
public final class Reassignments {

    private static final short TOPIC_VERSION = 0;
    private static final short PARTITION_VERSION = 1;
    private static final short CHANGE_VERSION = 1;
    private static final int NOBODY = -1;

    /** A partition with its place. */
    private record Placed(Uuid topicId, int index, PartitionRegistration state) {

        PartitionChangeRecord change() {
            return new PartitionChangeRecord().setTopicId(topicId).setPartitionId(index);
        }

        boolean isReplica(int broker) {
            return contains(state.replicas, broker);
        }
    }

    private Reassignments() {}

    private static boolean contains(int[] brokers, int broker) {
        return IntStream.of(brokers).anyMatch(each -> each == broker);
    }

    private static List<Placed> partitions(MetadataImage image) {
        var all = new ArrayList<Placed>();
        for (TopicImage topic : image.topics().topicsById().values()) {
            topic.partitions()
                    .forEach((index, state) -> all.add(new Placed(topic.id(), index, state)));
        }
        return all;
    }

    private static ApiMessageAndVersion record(PartitionChangeRecord change) {
        if (change.replicas() != null) {
            change.setDirectories(
                    change.replicas().stream().map(replica -> DirectoryId.UNASSIGNED).toList());
        }
        return new ApiMessageAndVersion(change, CHANGE_VERSION);
    }

    /** Returns a topic's records, unless it is there or no broker is up. */
    public static List<ApiMessageAndVersion> topic(
            MetadataImage image, Uuid id, String name, int partitions) {
        var records = new ArrayList<ApiMessageAndVersion>();
        List<Integer> brokers =
                image.cluster().brokers().keySet().stream()
                        .filter(broker -> Brokers.isUp(image, broker))
                        .sorted()
                        .toList();
        if (image.topics().getTopic(id) != null || brokers.isEmpty()) {
            return records;
        }
        records.add(
                new ApiMessageAndVersion(
                        new TopicRecord().setName(name).setTopicId(id), TOPIC_VERSION));
        for (int i = 0; i < partitions; i++) {
            int broker = brokers.get(i % brokers.size());
            records.add(
                    new ApiMessageAndVersion(
                            new PartitionRecord()
                                    .setTopicId(id)
                                    .setPartitionId(i)
                                    .setReplicas(List.of(broker))
                                    .setIsr(List.of(broker))
                                    .setDirectories(List.of(DirectoryId.UNASSIGNED))
                                    .setLeader(broker)
                                    .setLeaderEpoch(0)
                                    .setPartitionEpoch(0),
                            PARTITION_VERSION));
        }
        return records;
    }

    /** Returns the record with which Kafka's log begins, unless it is there. */
    public static List<ApiMessageAndVersion> version(MetadataImage image) {
        return image.features().metadataVersion().isPresent()
                ? List.of()
                : List.of(
                        new ApiMessageAndVersion(
                                new FeatureLevelRecord()
                                        .setName(MetadataVersion.FEATURE_NAME)
                                        .setFeatureLevel(
                                                MetadataVersion.latestProduction().featureLevel()),
                                (short) 0));
    }

    /** Begins moves, or cancels them: a wish for the present replica. */
    static Change<AlterPartitionReassignmentsResponse> wish(
            MetadataImage image, AlterPartitionReassignmentsRequestData request) {
        var records = new ArrayList<ApiMessageAndVersion>();
        for (var wanted : request.topics()) {
            TopicImage topic = image.topics().getTopic(wanted.name());
            if (topic == null) {
                continue;
            }
            for (var each : wanted.partitions()) {
                PartitionRegistration state = topic.partitions().get(each.partitionIndex());
                if (state != null && each.replicas() != null) {
                    records.addAll(
                            wish(
                                    new Placed(topic.id(), each.partitionIndex(), state),
                                    each.replicas().getFirst()));
                }
            }
        }
        return new Change<>(
                records,
                new AlterPartitionReassignmentsResponse(
                        new AlterPartitionReassignmentsResponseData()));
    }

    private static List<ApiMessageAndVersion> wish(Placed partition, int to) {
        List<Integer> kept =
                IntStream.of(partition.state().replicas)
                        .filter(broker -> !contains(partition.state().addingReplicas, broker))
                        .boxed()
                        .toList();
        boolean moves = !kept.contains(to);
        if (!moves && partition.state().addingReplicas.length == 0) {
            return List.of();
        }
        var replicas = new ArrayList<>(kept);
        if (moves) {
            replicas.addFirst(to);
        }
        return List.of(
                record(
                        partition
                                .change()
                                .setReplicas(replicas)
                                .setAddingReplicas(moves ? List.of(to) : List.of())
                                .setRemovingReplicas(moves ? kept : List.of())));
    }

    /** Ends moves whose goal the leader counts as in sync. */
    static Change<AlterPartitionResponse> end(
            MetadataImage image, AlterPartitionRequestData request) {
        var records = new ArrayList<ApiMessageAndVersion>();
        var answer = new AlterPartitionResponseData();
        BrokerRegistration leader = image.cluster().broker(request.brokerId());
        if (leader == null || leader.epoch() != request.brokerEpoch()) {
            answer.setErrorCode(Errors.STALE_BROKER_EPOCH.code());
            return new Change<>(records, new AlterPartitionResponse(answer));
        }
        for (var topic : request.topics()) {
            var told = new AlterPartitionResponseData.TopicData().setTopicId(topic.topicId());
            for (var asked : topic.partitions()) {
                PartitionRegistration state =
                        image.topics().getPartition(topic.topicId(), asked.partitionIndex());
                Errors error = check(image, request.brokerId(), asked, state);
                if (error == Errors.NEW_LEADER_ELECTED) {
                    int goal = state.addingReplicas[0];
                    records.add(
                            assign(
                                    new Placed(topic.topicId(), asked.partitionIndex(), state),
                                    goal));
                }
                told.partitions()
                        .add(
                                new AlterPartitionResponseData.PartitionData()
                                        .setPartitionIndex(asked.partitionIndex())
                                        .setErrorCode(error.code()));
            }
            answer.topics().add(told);
        }
        return new Change<>(records, new AlterPartitionResponse(answer));
    }

    private static Errors check(
            MetadataImage image,
            int leader,
            AlterPartitionRequestData.PartitionData asked,
            @Nullable PartitionRegistration state) {
        if (state == null) {
            return Errors.UNKNOWN_TOPIC_ID;
        }
        if (state.leader != leader || state.leaderEpoch != asked.leaderEpoch()) {
            return Errors.FENCED_LEADER_EPOCH;
        }
        if (state.partitionEpoch != asked.partitionEpoch()) {
            return Errors.INVALID_UPDATE_VERSION;
        }
        for (var broker : asked.newIsrWithEpochs()) {
            if (!contains(state.replicas, broker.brokerId())) {
                return Errors.INVALID_REQUEST;
            }
            if (!Brokers.isUp(image, broker.brokerId())) {
                return Errors.INELIGIBLE_REPLICA;
            }
        }
        boolean ends =
                state.addingReplicas.length == 1
                        && asked.newIsrWithEpochs().stream()
                                .anyMatch(each -> each.brokerId() == state.addingReplicas[0]);
        return ends ? Errors.NEW_LEADER_ELECTED : Errors.NONE;
    }

    private static ApiMessageAndVersion assign(Placed partition, int broker) {
        return record(
                partition
                        .change()
                        .setReplicas(List.of(broker))
                        .setIsr(List.of(broker))
                        .setLeader(broker)
                        .setAddingReplicas(List.of())
                        .setRemovingReplicas(List.of()));
    }

    /** Gives the partitions of a broker that surely does not serve to those that surely do. */
    static List<ApiMessageAndVersion> handOver(MetadataImage image, CoreImage members, int from) {
        if (serves(image, members, from)) {
            return List.of();
        }
        List<Integer> to =
                image.cluster().brokers().keySet().stream()
                        .filter(broker -> broker != from && Brokers.isUp(image, broker))
                        .filter(broker -> serves(image, members, broker))
                        .sorted()
                        .toList();
        var records = new ArrayList<ApiMessageAndVersion>();
        for (Placed partition : partitions(image)) {
            PartitionRegistration state = partition.state();
            if (contains(state.isr, from)) {
                if (!to.isEmpty()) {
                    records.add(assign(partition, to.get(records.size() % to.size())));
                }
            } else if (contains(state.addingReplicas, from) && state.leader != NOBODY) {
                records.addAll(wish(partition, state.leader));
            }
        }
        return records;
    }

    private static boolean serves(MetadataImage image, CoreImage members, int broker) {
        BrokerRegistration registration = image.cluster().broker(broker);
        return registration != null
                && members.node(broker)
                        .filter(node -> !node.fenced())
                        .filter(node -> Brokers.is(node, registration.incarnationId()))
                        .isPresent();
    }

    /** Takes the leadership of a broker's partitions away: there is no other replica. */
    static List<ApiMessageAndVersion> leaveLeaderless(MetadataImage image, int broker) {
        return partitions(image).stream()
                .filter(partition -> partition.state().leader == broker)
                .map(partition -> record(partition.change().setLeader(NOBODY)))
                .toList();
    }

    /** Gives a broker the leadership of the partitions without one that it has in sync. */
    static List<ApiMessageAndVersion> lead(MetadataImage image, int broker) {
        return partitions(image).stream()
                .filter(partition -> partition.state().leader == NOBODY)
                .filter(partition -> contains(partition.state().isr, broker))
                .filter(partition -> partition.isReplica(broker))
                .map(partition -> record(partition.change().setLeader(broker)))
                .toList();
    }
}
