package io.oxbow.node.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A group's position and lag in one partition.
 *
 * @param committed null when the group has committed none
 * @param end of the log; null when the partition is gone
 * @param member who reads it; empty when nobody does
 */
record GroupLag(
        TopicPartition partition, @Nullable Long committed, @Nullable Long end, String member) {

    static final List<String> HEADINGS =
            List.of("topic", "partition", "committed", "end", "lag", "member");

    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    /** Returns the lag in every partition that has a committed offset or a reader. */
    static List<GroupLag> of(ClientOptions client, Admin admin, ConsumerGroupDescription group)
            throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed =
                client.await(
                        admin.listConsumerGroupOffsets(group.groupId())
                                .partitionsToOffsetAndMetadata());
        Map<TopicPartition, String> readers = new HashMap<>();
        group.members()
                .forEach(member ->
                        member.assignment()
                                .topicPartitions()
                                .forEach(partition -> readers.put(partition, member.consumerId())));
        var partitions = new TreeSet<>(ORDER);
        partitions.addAll(committed.keySet());
        partitions.addAll(readers.keySet());
        Map<TopicPartition, Long> ends = ends(client, admin, partitions);
        List<GroupLag> lags = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            lags.add(
                    new GroupLag(
                            partition,
                            offset == null ? null : offset.offset(),
                            ends.get(partition),
                            readers.getOrDefault(partition, "")));
        }
        return lags;
    }

    /**
     * Returns the end offsets of the partitions that still exist: committed offsets outlive their
     * topic.
     */
    private static Map<TopicPartition, Long> ends(
            ClientOptions client, Admin admin, Set<TopicPartition> partitions)
            throws InterruptedException {
        Set<String> topics = client.await(admin.listTopics().names());
        Map<TopicPartition, OffsetSpec> asked =
                partitions.stream()
                        .filter(partition -> topics.contains(partition.topic()))
                        .collect(Collectors.toMap(Function.identity(), p -> OffsetSpec.latest()));
        var offsets = admin.listOffsets(asked);
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (TopicPartition partition : asked.keySet()) {
            ends.put(partition, client.await(offsets.partitionResult(partition)).offset());
        }
        return ends;
    }

    @Nullable Long lag() {
        Long from = committed;
        Long to = end;
        return from == null || to == null ? null : Math.max(0, to - from);
    }

    /** Returns the lag, or 0 where it is not known. */
    long known() {
        Long lag = lag();
        return lag == null ? 0 : lag;
    }

    List<Object> asRow() {
        return List.of(
                partition.topic(),
                partition.partition(),
                orDash(committed),
                orDash(end),
                orDash(lag()),
                member.isEmpty() ? "-" : member);
    }

    private static Object orDash(@Nullable Long value) {
        return value == null ? "-" : value;
    }

    Map<String, @Nullable Object> asMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("topic", partition.topic());
        map.put("partition", partition.partition());
        map.put("committed", committed);
        map.put("end", end);
        map.put("lag", lag());
        map.put("member", member.isEmpty() ? null : member);
        return map;
    }
}
