package io.oxbow.benchmarks.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Next and end offsets of a reader in several partitions; offsets must come without a gap. */
final class ReadPlaces {

    private final Map<TopicPartition, Long> next;
    private final Map<TopicPartition, Long> ends;
    private int open;

    ReadPlaces(Map<TopicPartition, Long> beginnings, Map<TopicPartition, Long> ends) {
        this.next = new HashMap<>(beginnings);
        this.ends = ends;
        this.open = (int) ends.keySet().stream().filter(each -> remaining(each) > 0).count();
    }

    boolean isAtEnd() {
        return open == 0;
    }

    /** Advances by the records that were read of a partition; returns their bytes. */
    long advance(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        boolean wasOpen = remaining(partition) > 0;
        long expected = place(partition);
        long bytes = 0;
        for (ConsumerRecord<byte[], byte[]> each : records) {
            if (each.offset() != expected) {
                throw new IllegalStateException(
                        "%s: offset %d came where %d was next"
                                .formatted(partition, each.offset(), expected));
            }
            expected++;
            bytes += ConsumerLoad.bytesOf(each);
        }
        next.put(partition, expected);
        if (wasOpen && remaining(partition) <= 0) {
            open--;
        }
        return bytes;
    }

    private long place(TopicPartition partition) {
        return next.getOrDefault(partition, 0L);
    }

    private long remaining(TopicPartition partition) {
        return ends.getOrDefault(partition, 0L) - place(partition);
    }

    @Override
    public String toString() {
        return "at " + next + " of " + ends;
    }
}
