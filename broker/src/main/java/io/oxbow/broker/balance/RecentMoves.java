package io.oxbow.broker.balance;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Partitions that the balancer has moved within the last five minutes. Not thread-safe. */
final class RecentMoves {

    private static final Duration RECENT = Duration.ofMinutes(5);

    private final Map<TopicPartition, Long> atNanos = new HashMap<>();

    void add(Collection<TopicPartition> partitions, long nowNanos) {
        atNanos.values().removeIf(at -> isOver(at, nowNanos));
        partitions.forEach(partition -> atNanos.put(partition, nowNanos));
    }

    boolean contains(TopicPartition partition, long nowNanos) {
        Long at = atNanos.get(partition);
        return at != null && !isOver(at, nowNanos);
    }

    private static boolean isOver(long at, long nowNanos) {
        return nowNanos - at >= RECENT.toNanos();
    }

    void clear() {
        atNanos.clear();
    }
}
