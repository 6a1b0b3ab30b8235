package io.oxbow.broker.balance;

import io.oxbow.broker.partition.PartitionCounts;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * Turns counts that brokers tell again and again into loads of the partitions, smoothed over a
 * minute. A load that nobody knew before begins at nothing. Not thread-safe.
 */
final class LoadMeter {

    private static final double SMOOTHING_SECONDS = 60;

    /** Counts that are older say nothing about what is now. */
    private static final Duration FRESH = Duration.ofSeconds(60);

    private record Told(long atNanos, Map<TopicPartition, PartitionCounts> counts) {}

    private final Map<Integer, Told> byBroker = new HashMap<>();
    private final Map<TopicPartition, Load> loads = new HashMap<>();

    /**
     * Takes the counts of a broker's partitions, of those that were used since they were opened.
     *
     * @param led the partitions that the broker leads: those that it does not count have no load
     */
    void told(
            int broker,
            Map<TopicPartition, PartitionCounts> counts,
            Predicate<TopicPartition> led,
            long nowNanos) {
        Told before = byBroker.put(broker, new Told(nowNanos, Map.copyOf(counts)));
        double seconds = before == null ? 0 : (nowNanos - before.atNanos()) / 1e9;
        if (before == null || seconds <= 0 || seconds > FRESH.toSeconds()) {
            return;
        }
        double share = 1 - Math.exp(-seconds / SMOOTHING_SECONDS);
        loads.replaceAll((id, load) ->
                counts.containsKey(id) || !led.test(id) ? load : load.towards(Load.NONE, share));
        counts.forEach((id, now) -> {
            PartitionCounts since =
                    now.since(before.counts().getOrDefault(id, PartitionCounts.NONE));
            loads.merge(
                    id,
                    Load.NONE.towards(rate(since, seconds), share),
                    (load, first) -> load.towards(rate(since, seconds), share));
        });
    }

    private static Load rate(PartitionCounts counts, double seconds) {
        return new Load(
                counts.appendedBytes() / seconds,
                counts.fetchedBytes() / seconds,
                counts.requests() / seconds);
    }

    /** Returns true if a broker has told its counts lately. */
    boolean hears(int broker, long nowNanos) {
        Told told = byBroker.get(broker);
        return told != null && nowNanos - told.atNanos() <= FRESH.toNanos();
    }

    Load of(TopicPartition partition) {
        return loads.getOrDefault(partition, Load.NONE);
    }

    /** Forgets all other brokers and partitions. */
    void keepOnly(Set<Integer> brokers, Set<TopicPartition> partitions) {
        byBroker.keySet().retainAll(brokers);
        loads.keySet().retainAll(partitions);
    }

    void clear() {
        byBroker.clear();
        loads.clear();
    }
}
