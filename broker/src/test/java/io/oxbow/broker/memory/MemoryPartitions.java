package io.oxbow.broker.memory;

import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.Partitions;
import io.oxbow.s3stream.S3StreamException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Partitions in memory. What was written survives {@link #resign}, as it would in the bucket;
 * {@link #nextProcess} is the same bucket seen by another process.
 */
public final class MemoryPartitions implements Partitions {

    private final Map<TopicIdPartition, MemoryPartition> bucket;
    private final Set<TopicIdPartition> led = ConcurrentHashMap.newKeySet();
    private final Set<TopicIdPartition> busy = ConcurrentHashMap.newKeySet();

    public MemoryPartitions() {
        this(new ConcurrentHashMap<>());
    }

    private MemoryPartitions(Map<TopicIdPartition, MemoryPartition> bucket) {
        this.bucket = bucket;
    }

    public MemoryPartitions nextProcess() {
        return new MemoryPartitions(bucket);
    }

    /** Until {@link #release}, this partition's stream is another node's. */
    public void occupy(TopicIdPartition partition) {
        busy.add(partition);
    }

    public void release(TopicIdPartition partition) {
        busy.remove(partition);
    }

    public boolean holdsAnythingOf(Uuid topicId) {
        return bucket.keySet().stream().anyMatch(id -> id.topicId().equals(topicId));
    }

    @Override
    public void lead(Collection<Leading> partitions) {
        for (Leading leading : partitions) {
            if (busy.contains(leading.id())) {
                throw new S3StreamException(
                        leading.id() + " is open elsewhere",
                        S3StreamException.Retry.RETRYABLE,
                        null);
            }
        }
        for (Leading leading : partitions) {
            bucket.computeIfAbsent(
                            leading.id(),
                            id -> new MemoryPartition(id, leading.leaderEpoch(), leading.config()))
                    .lead(leading.leaderEpoch(), leading.config());
            led.add(leading.id());
        }
    }

    @Override
    public void configure(Uuid topicId, LogConfig config) {
        bucket.values().stream()
                .filter(partition -> partition.id().topicId().equals(topicId))
                .forEach(partition -> partition.configure(config));
    }

    @Override
    public void resign(Collection<TopicIdPartition> partitions) {
        led.removeAll(new HashSet<>(partitions));
    }

    @Override
    public void delete(Uuid topicId) {
        led.removeIf(id -> id.topicId().equals(topicId));
        bucket.keySet().removeIf(id -> id.topicId().equals(topicId));
    }

    @Override
    public Optional<Partition> find(String topic, int partition) {
        return all().stream()
                .filter(p -> p.id().topic().equals(topic) && p.id().partition() == partition)
                .findFirst();
    }

    @Override
    public Optional<Partition> find(Uuid topicId, int partition) {
        return all().stream()
                .filter(p -> p.id().topicId().equals(topicId) && p.id().partition() == partition)
                .findFirst();
    }

    @Override
    public List<Partition> all() {
        return led.stream().<Partition>map(bucket::get).toList();
    }
}
