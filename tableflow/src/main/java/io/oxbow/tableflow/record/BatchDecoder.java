package io.oxbow.tableflow.record;

import io.oxbow.s3stream.Fetched;
import io.oxbow.tableflow.TableFlowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.CloseableIterator;
import org.jspecify.annotations.Nullable;

/**
 * Walks the records of appends. Control batches are dropped. A batch whose checksum is wrong is not
 * a bad record but damage, and stops the walk.
 */
public final class BatchDecoder implements AutoCloseable {

    private final BufferSupplier decompression = BufferSupplier.create();

    /** Hands each data record of the append whose offset is at least {@code fromOffset} on. */
    public void decode(
            int partition, Fetched.Append append, long fromOffset, Consumer<LogRecord> records) {
        MemoryRecords batches = MemoryRecords.readableRecords(append.records().slice());
        for (MutableRecordBatch batch : batches.batches()) {
            check(partition, batch);
            if (batch.isControlBatch() || batch.lastOffset() < fromOffset) {
                continue;
            }
            decode(partition, append.appendTimeMillis(), batch, fromOffset, records);
        }
    }

    private void check(int partition, MutableRecordBatch batch) {
        try {
            batch.ensureValid();
        } catch (RuntimeException e) {
            throw new TableFlowException(
                    "batch at offset %d of partition %d is damaged: %s"
                            .formatted(batch.baseOffset(), partition, e.getMessage()),
                    TableFlowException.Retry.FATAL,
                    e);
        }
        if (batch.isTransactional() && !batch.isControlBatch()) {
            // Which transactions were aborted is not known here yet: better none than a wrong row.
            throw TableFlowException.fatal(
                    "batch at offset %d of partition %d belongs to a transaction, which tables do not take yet"
                            .formatted(batch.baseOffset(), partition));
        }
    }

    private void decode(
            int partition,
            long ingestMillis,
            MutableRecordBatch batch,
            long fromOffset,
            Consumer<LogRecord> records) {
        try (CloseableIterator<Record> iterator = batch.streamingIterator(decompression)) {
            while (iterator.hasNext()) {
                Record record = iterator.next();
                if (record.offset() >= fromOffset) {
                    records.accept(
                            new LogRecord(
                                    partition,
                                    record.offset(),
                                    record.timestamp(),
                                    ingestMillis,
                                    bytes(record.key()),
                                    bytes(record.value()),
                                    headers(record)));
                }
            }
        }
    }

    private static List<LogRecord.Header> headers(Record record) {
        var headers = record.headers();
        if (headers.length == 0) {
            return List.of();
        }
        List<LogRecord.Header> copies = new ArrayList<>(headers.length);
        for (var header : headers) {
            copies.add(new LogRecord.Header(header.key(), header.value()));
        }
        return copies;
    }

    private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(buffer.position(), copy);
        return copy;
    }

    @Override
    public void close() {
        decompression.close();
    }
}
