package io.oxbow.broker.move;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;

/**
 * Partitions by the broker that has them, or will have them once moves under way are over, and
 * moves that even the counts out.
 */
final class Shares {

    /** Most moves of one request: the controller takes ten thousand records at once. */
    private static final int MOVES_MAX = 2_000;

    /** Partition of a topic. */
    record Key(String topic, int partition) {}

    private final Map<Integer, Deque<Key>> byBroker = new TreeMap<>();
    private final Map<Key, Integer> moves = new LinkedHashMap<>();

    private Shares() {}

    /** Returns the shares of the brokers that are up. */
    static Shares of(MetadataImage image) {
        var shares = new Shares();
        for (int broker : image.cluster().brokers().keySet()) {
            if (Moves.isUp(image, broker)) {
                shares.byBroker.put(broker, new ArrayDeque<>());
            }
        }
        for (TopicImage topic : image.topics().topicsById().values()) {
            topic.partitions()
                    .forEach((index, partition) -> {
                        Deque<Key> share = shares.byBroker.get(shares.holder(partition));
                        if (share != null) {
                            share.add(new Key(topic.name(), index));
                        }
                    });
        }
        return shares;
    }

    /** Returns the broker, one that is up, that a partition moves to, or else its leader. */
    private int holder(PartitionRegistration partition) {
        return IntStream.of(partition.addingReplicas)
                .filter(byBroker::containsKey)
                .findFirst()
                .orElse(partition.leader);
    }

    /** Returns the brokers that are up. */
    List<Integer> brokers() {
        return List.copyOf(byBroker.keySet());
    }

    int count(int broker) {
        Deque<Key> share = byBroker.get(broker);
        return share == null ? 0 : share.size();
    }

    /** Plans to move all partitions of a broker to those that have fewest. */
    void empty(int broker) {
        Deque<Key> share = byBroker.remove(broker);
        if (share == null || byBroker.isEmpty()) {
            return;
        }
        while (!share.isEmpty() && moves.size() < MOVES_MAX) {
            move(share.remove(), fewest());
        }
    }

    /** Plans to move partitions of those that have most to a broker, until it has its share. */
    void fill(int broker) {
        Deque<Key> share = byBroker.get(broker);
        while (share != null && moves.size() < MOVES_MAX) {
            Deque<Key> most = byBroker.get(most());
            if (most == null || most.size() <= share.size() + 1) {
                return;
            }
            move(most.remove(), broker);
        }
    }

    private void move(Key partition, int to) {
        moves.put(partition, to);
        byBroker.computeIfAbsent(to, absent -> new ArrayDeque<>()).add(partition);
    }

    private int fewest() {
        return byBroker.keySet().stream().min(Comparator.comparingInt(this::count)).orElseThrow();
    }

    private int most() {
        return byBroker.keySet().stream().max(Comparator.comparingInt(this::count)).orElseThrow();
    }

    /** Returns the planned moves. */
    Map<Key, Integer> moves() {
        return moves;
    }

    /** Returns the request that begins the planned moves. */
    AlterPartitionReassignmentsRequest request() {
        Map<String, List<ReassignablePartition>> topics = new LinkedHashMap<>();
        moves.forEach((partition, to) ->
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
