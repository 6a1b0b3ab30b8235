package io.oxbow.broker.partition;

import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.env.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicIdPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ranges of partitions' records that this broker found unreadable. Names each in the log once,
 * counts the reads that met them, and forgets what is trimmed or can be read again. Thread-safe.
 */
public final class DamagedRanges {

    private static final Logger LOG = LoggerFactory.getLogger(DamagedRanges.class);

    /** Most ranges logged in one minute; further ones are counted in one line. */
    private static final int LINES_PER_MINUTE = 20;

    private static final long MINUTE_MILLIS = 60_000;

    /** Most ranges kept; further ones are logged and counted only. */
    private static final int RANGES_MAX = 10_000;

    /**
     * An unreadable range.
     *
     * @param reason with the object's name in it
     */
    public record Range(
            TopicIdPartition partition,
            long fromOffset,
            long toOffset,
            String objectKey,
            String reason,
            long foundMillis) {}

    private record Key(TopicIdPartition partition, String objectKey, long toOffset) {}

    private final Clock clock;
    private final Map<Key, Range> ranges = new ConcurrentHashMap<>();
    private final Map<TopicIdPartition, Range> lost = new ConcurrentHashMap<>();
    private final LongAdder failedReads = new LongAdder();
    private final LongAdder passedOver = new LongAdder();
    private long minute;
    private int lines;

    public DamagedRanges(Clock clock) {
        this.clock = clock;
    }

    /** Takes note of a read that failed. */
    void failed(TopicIdPartition partition, DamagedException damage) {
        failedReads.increment();
        found(partition, damage);
    }

    /** Takes note of a read that went past a range, as the topic's configuration says. */
    void passedOver(TopicIdPartition partition, DamagedException damage) {
        passedOver.increment();
        found(partition, damage);
    }

    /**
     * Takes note of acked offsets that went with a damaged write-ahead log at the start. They are
     * told until the next start, although new records have taken their place.
     */
    void lost(TopicIdPartition partition, RecoveredBatches.Lost range) {
        var told =
                new Range(
                        partition,
                        range.fromOffset(),
                        range.toOffset(),
                        "",
                        "acknowledged records lost with %s; new ones take their offsets"
                                .formatted(range.log()),
                        clock.wallMillis());
        lost.put(partition, told);
        LOG.error(
                "topic {}, partition {}: offsets [{}, {}): {}",
                partition.topic(),
                partition.partition(),
                told.fromOffset(),
                told.toOffset(),
                told.reason());
    }

    private void found(TopicIdPartition partition, DamagedException damage) {
        var key = new Key(partition, damage.objectKey(), damage.toOffset());
        Range before = ranges.get(key);
        if (before != null && before.fromOffset() <= damage.fromOffset()) {
            return;
        }
        var range =
                new Range(
                        partition,
                        damage.fromOffset(),
                        damage.toOffset(),
                        damage.objectKey(),
                        String.valueOf(damage.getMessage()),
                        clock.wallMillis());
        if (before != null || ranges.size() < RANGES_MAX) {
            ranges.put(key, range);
        }
        if (before == null) {
            tell(range);
        }
    }

    private synchronized void tell(Range range) {
        long now = clock.wallMillis() / MINUTE_MILLIS;
        if (now != minute) {
            minute = now;
            lines = 0;
        }
        if (lines++ < LINES_PER_MINUTE) {
            LOG.error(
                    "topic {}, partition {}: offsets [{}, {}) are damaged in object {}: {}",
                    range.partition().topic(),
                    range.partition().partition(),
                    range.fromOffset(),
                    range.toOffset(),
                    range.objectKey(),
                    range.reason());
        } else if (lines == LINES_PER_MINUTE + 1) {
            LOG.error(
                    "more damaged ranges are found in this minute; 'oxbow topic describe' names them");
        }
    }

    /** Forgets what could be read, or lies below the start. */
    void readable(Partition partition, long fromOffset, long toOffset) {
        if (ranges.isEmpty()) {
            return;
        }
        ranges.values()
                .removeIf(range ->
                        range.partition().equals(partition.id())
                                && range.fromOffset() >= fromOffset
                                && range.toOffset() <= toOffset);
    }

    /** Forgets a partition that is deleted or led elsewhere from now on. */
    void forget(TopicIdPartition partition) {
        ranges.keySet().removeIf(key -> key.partition().equals(partition));
        lost.remove(partition);
    }

    /**
     * Returns the ranges known: those that were lost at the start, and those that readers found and
     * that partitions here have not been trimmed beyond.
     */
    public List<Range> ranges(Partitions partitions) {
        ranges.values()
                .removeIf(range ->
                        partitions
                                .find(range.partition().topicId(), range.partition().partition())
                                .filter(p -> p.logStartOffset() >= range.toOffset())
                                .isPresent());
        return Stream.concat(ranges.values().stream(), lost.values().stream())
                .sorted(
                        Comparator.comparing((Range range) -> range.partition().topic())
                                .thenComparing(range -> range.partition().partition())
                                .thenComparing(Range::fromOffset))
                .toList();
    }

    /** Reads that were answered with an error for damage. */
    public long failedReads() {
        return failedReads.sum();
    }

    /** Reads that went past a damaged range. */
    public long passedOver() {
        return passedOver.sum();
    }
}
