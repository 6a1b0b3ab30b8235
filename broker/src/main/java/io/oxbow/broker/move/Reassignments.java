package io.oxbow.broker.move;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsRequest;

/** Makes requests of Kafka's that begin moves. */
public final class Reassignments {

    private Reassignments() {}

    /**
     * @param goals the broker that each partition is to have, and it alone
     */
    public static AlterPartitionReassignmentsRequest request(Map<TopicPartition, Integer> goals) {
        Map<String, List<ReassignablePartition>> topics = new LinkedHashMap<>();
        goals.forEach((partition, to) ->
                topics.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                        .add(
                                new ReassignablePartition()
                                        .setPartitionIndex(partition.partition())
                                        .setReplicas(List.of(to))));
        var data = new AlterPartitionReassignmentsRequestData();
        topics.forEach((topic, partitions) ->
                data.topics()
                        .add(new ReassignableTopic().setName(topic).setPartitions(partitions)));
        return new AlterPartitionReassignmentsRequest.Builder(data).build();
    }
}
