package io.oxbow.broker.testing;

import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.PartitionSettings;
import io.oxbow.broker.partition.Partitions;
import io.oxbow.broker.partition.StreamPartitions;
import io.oxbow.broker.processor.ProcessorThreads;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.env.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;

/** A topic of one partition, led by a broker on an {@link InMemoryStreamStore}. */
public final class LedTopic implements AutoCloseable {

    public static final Uuid TOPIC_ID = new Uuid(11, 12);
    public static final TopicIdPartition ID = new TopicIdPartition(TOPIC_ID, 0, "topic");

    public final InMemoryStreamStore store;
    public final StreamPartitions partitions;
    private final PartitionSettings settings;

    public LedTopic() {
        this(new InMemoryStreamStore(), settings(), 1, Map.of());
    }

    public LedTopic(Map<String, ?> config) {
        this(new InMemoryStreamStore(), settings(), 1, config);
    }

    public LedTopic(
            InMemoryStreamStore store,
            PartitionSettings settings,
            int leaderEpoch,
            Map<String, ?> config) {
        this.store = store;
        this.settings = settings;
        partitions = new StreamPartitions(store, settings, processor());
        partitions.lead(List.of(new Partitions.Leading(ID, leaderEpoch, new LogConfig(config))));
    }

    public static PartitionSettings settings() {
        return PartitionSettings.of(Environment.system());
    }

    public static ProcessorThreads processor() {
        return ProcessorThreads.ofProcessors("validation", Throwable::printStackTrace);
    }

    public Partition partition() {
        return partitions.find(TOPIC_ID, 0).orElseThrow();
    }

    /** Returns the count of unexpected failures around partitions. */
    public long failures() {
        return settings.environment().health().failures("partitions");
    }

    public Partition.Appended append(MemoryRecords records) {
        return partition().append(records, AppendOrigin.CLIENT, -1);
    }

    /** Appends and waits until it is durable. */
    public Partition.Appended appendDurably(MemoryRecords records) {
        Partition.Appended appended = append(records);
        await(appended);
        return appended;
    }

    public static void await(Partition.Appended appended) {
        try {
            appended.commit().await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns all values below the high watermark. */
    public List<String> values() {
        return values(partition());
    }

    public static List<String> values(Partition partition) {
        var values = new ArrayList<String>();
        long offset = partition.logStartOffset();
        while (offset < partition.highWatermark()) {
            try (ReadResult fetched = partition.read(offset, 1 << 20)) {
                for (ReadResult.Append append : fetched.appends()) {
                    for (Record record :
                            MemoryRecords.readableRecords(append.records()).records()) {
                        if (record.offset() != offset++) {
                            throw new IllegalStateException("a gap before " + record);
                        }
                        values.addAll(Batches.values(List.of(record)));
                    }
                }
            }
        }
        return values;
    }

    /** Ends the node and brings it back, leading at a new epoch. */
    public LedTopic crash() {
        return crash(0);
    }

    /** As {@link InMemoryStreamStore#crash(int)}. */
    public LedTopic crash(int luckyAppends) {
        int nextEpoch = partition().leaderEpoch() + 1;
        return new LedTopic(store.crash(luckyAppends), settings, nextEpoch, Map.of());
    }

    @Override
    public void close() {
        partitions.close();
        store.close();
    }
}
