package io.oxbow.tableflow;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.tableflow.translate.TopicLog;
import io.oxbow.tableflow.verify.LogSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Utils;

/** A log in memory as a client sees it. */
public final class MemoryLogSource implements LogSource {

    private final MemoryLog log;
    private final int partitions;

    public MemoryLogSource(MemoryLog log, int partitions) {
        this.log = log;
        this.partitions = partitions;
    }

    private TopicLog.Committed stream(int partition) {
        return log.committed(TableWorld.TOPIC_ID, partition)
                .orElse(new TopicLog.Committed(partition, 0, 0));
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public long startOffset(int partition) {
        return stream(partition).startOffset();
    }

    @Override
    public long endOffset(int partition) {
        return stream(partition).endOffset();
    }

    @Override
    public void read(
            int partition, long from, long to, Consumer<ConsumerRecord<byte[], byte[]>> records) {
        try (CommittedReader.Cursor cursor = log.read(stream(partition), from, to)) {
            for (ReadResult.Append a = cursor.next(); a != null; a = cursor.next()) {
                for (RecordBatch batch : MemoryRecords.readableRecords(a.records()).batches()) {
                    for (Record r : batch) {
                        if (!batch.isControlBatch() && r.offset() >= from && r.offset() < to) {
                            records.accept(record(partition, r));
                        }
                    }
                }
            }
        }
    }

    @SuppressWarnings("NullAway") // Kafka's records have null keys and values
    private static ConsumerRecord<byte[], byte[]> record(int partition, Record r) {
        return new ConsumerRecord<>(
                "shop.orders",
                partition,
                r.offset(),
                r.timestamp(),
                TimestampType.CREATE_TIME,
                r.keySize(),
                r.valueSize(),
                r.hasKey() ? Utils.toArray(r.key()) : null,
                r.hasValue() ? Utils.toArray(r.value()) : null,
                new RecordHeaders(r.headers()),
                Optional.empty());
    }

    @Override
    public void close() {}
}
