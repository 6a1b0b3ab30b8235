package io.oxbow.broker.move;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.AlterPartitionRequestData.BrokerState;
import org.apache.kafka.common.message.AlterPartitionRequestData.PartitionData;
import org.apache.kafka.common.message.AlterPartitionRequestData.TopicData;
import org.apache.kafka.common.message.AlterPartitionResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.AlterPartitionRequest;
import org.apache.kafka.common.requests.AlterPartitionResponse;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.LeaderRecoveryState;
import org.apache.kafka.metadata.PartitionRegistration;

/**
 * Moves of partitions in Kafka's terms: the broker to move to is a replica that is added. The move
 * is done when the leader counts it as in sync: the controller then makes it the only replica.
 */
public final class Moves {

    private Moves() {}

    /** Returns the partitions of topics, as the image has them. */
    static Map<TopicIdPartition, PartitionRegistration> of(
            MetadataImage image, Collection<Uuid> topics) {
        Map<TopicIdPartition, PartitionRegistration> partitions = new LinkedHashMap<>();
        for (Uuid topicId : topics) {
            TopicImage topic = image.topics().getTopic(topicId);
            if (topic != null) {
                topic.partitions()
                        .forEach((index, partition) ->
                                partitions.put(
                                        new TopicIdPartition(topicId, index, topic.name()),
                                        partition));
            }
        }
        return partitions;
    }

    /** Returns the broker, one that is up, to which a partition is to move from its leader. */
    public static OptionalInt goal(MetadataImage image, TopicIdPartition id, int leader) {
        PartitionRegistration partition = image.topics().getPartition(id.topicId(), id.partition());
        if (partition == null || partition.leader != leader) {
            return OptionalInt.empty();
        }
        return IntStream.of(partition.addingReplicas)
                .filter(broker -> isUp(image, broker))
                .findFirst();
    }

    public static boolean isUp(MetadataImage image, int broker) {
        BrokerRegistration registration = image.cluster().broker(broker);
        return registration != null
                && !registration.fenced()
                && !registration.inControlledShutdown();
    }

    /** Returns the request that ends moves, as of the image. */
    public static AlterPartitionRequest request(
            MetadataImage image, int leader, Map<TopicIdPartition, Integer> goals) {
        BrokerRegistration broker = image.cluster().broker(leader);
        var data =
                new AlterPartitionRequestData()
                        .setBrokerId(leader)
                        .setBrokerEpoch(broker == null ? -1 : broker.epoch());
        Map<Uuid, TopicData> topics = new LinkedHashMap<>();
        goals.forEach((id, goal) -> {
            PartitionRegistration partition =
                    image.topics().getPartition(id.topicId(), id.partition());
            if (partition != null) {
                topics.computeIfAbsent(id.topicId(), topicId -> new TopicData().setTopicId(topicId))
                        .partitions()
                        .add(
                                new PartitionData()
                                        .setPartitionIndex(id.partition())
                                        .setLeaderEpoch(partition.leaderEpoch)
                                        .setPartitionEpoch(partition.partitionEpoch)
                                        .setLeaderRecoveryState(
                                                LeaderRecoveryState.RECOVERED.value())
                                        .setNewIsrWithEpochs(
                                                List.of(
                                                        new BrokerState().setBrokerId(leader),
                                                        new BrokerState().setBrokerId(goal))));
            }
        });
        data.topics().addAll(topics.values());
        return new AlterPartitionRequest.Builder(data).build();
    }

    /** Returns the partitions that another broker leads by the controller's answer. */
    public static List<TopicIdPartition> accepted(
            AbstractResponse response, Set<TopicIdPartition> asked) {
        AlterPartitionResponseData data = ((AlterPartitionResponse) response).data();
        List<TopicIdPartition> accepted = new ArrayList<>();
        if (data.errorCode() != Errors.NONE.code()) {
            return accepted;
        }
        for (var topic : data.topics()) {
            for (var partition : topic.partitions()) {
                Errors error = Errors.forCode(partition.errorCode());
                if (error == Errors.NONE || error == Errors.NEW_LEADER_ELECTED) {
                    asked.stream()
                            .filter(id ->
                                    id.topicId().equals(topic.topicId())
                                            && id.partition() == partition.partitionIndex())
                            .forEach(accepted::add);
                }
            }
        }
        return accepted;
    }
}
