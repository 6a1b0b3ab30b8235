package io.oxbow.broker.move;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;

/**
 * Partitions by the broker that will have them once the moves under way are over. The shares name
 * the moves that empty a broker.
 */
final class Shares {

    /** Most moves of one request: the controller takes ten thousand records at once. */
    private static final int MOVES_MAX = 2_000;

    private final Map<Integer, Deque<TopicPartition>> byBroker = new TreeMap<>();

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
                        Deque<TopicPartition> share = shares.byBroker.get(shares.holder(partition));
                        if (share != null) {
                            share.add(new TopicPartition(topic.name(), index));
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

    int count(int broker) {
        Deque<TopicPartition> share = byBroker.get(broker);
        return share == null ? 0 : share.size();
    }

    /** Returns the brokers that may take partitions of another. */
    List<Integer> takers(int from, IntPredicate takes) {
        return byBroker.keySet().stream()
                .filter(broker -> broker != from && takes.test(broker))
                .toList();
    }

    /** Returns moves of a broker's partitions, each to the taker that has fewest then. */
    Map<TopicPartition, Integer> empty(int broker, List<Integer> takers) {
        Map<TopicPartition, Integer> moves = new LinkedHashMap<>();
        Deque<TopicPartition> share = byBroker.getOrDefault(broker, new ArrayDeque<>());
        while (!takers.isEmpty() && !share.isEmpty() && moves.size() < MOVES_MAX) {
            TopicPartition next = share.remove();
            int to = takers.stream().min(Comparator.comparingInt(this::count)).orElseThrow();
            byBroker.computeIfAbsent(to, absent -> new ArrayDeque<>()).add(next);
            moves.put(next, to);
        }
        return moves;
    }
}
