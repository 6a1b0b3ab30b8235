package io.oxbow.broker.clean;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.ReadResult;
import java.util.Iterator;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.CloseableIterator;
import org.apache.kafka.storage.internals.log.CleanedTransactionMetadata;

/**
 * Reads the dirty part of a log and maps its keys. It ends early before an append that is too
 * young, and where the map is full. For one thread.
 */
final class DirtyScan {

    private final CleanableLog log;
    private final KeyOffsets keys;
    private final CleanedTransactionMetadata transactions;
    private final long fromOffset;
    private final long toOffset;
    private final long youngFromMillis;
    private final BufferSupplier buffers = BufferSupplier.create();
    private long endOffset;
    private boolean full;
    private long youngMillis = Long.MAX_VALUE;

    /**
     * @param youngFromMillis timestamp from which on a record is too young
     */
    DirtyScan(
            CleanableLog log,
            long fromOffset,
            long toOffset,
            long youngFromMillis,
            CleanerSettings settings) {
        this.log = log;
        this.fromOffset = fromOffset;
        this.toOffset = toOffset;
        this.youngFromMillis = youngFromMillis;
        this.keys = KeyOffsets.of(toOffset - fromOffset, settings);
        this.transactions = AbortedData.of(log, fromOffset, toOffset);
        this.endOffset = fromOffset;
    }

    /** Reads the dirty part. */
    DirtyScan run() {
        try (CommittedReader.Cursor cursor = log.read(fromOffset, toOffset)) {
            for (ReadResult.Append append = cursor.next();
                    append != null && !full;
                    append = cursor.next()) {
                if (append.nextOffset() > toOffset) {
                    break;
                }
                if (append.maxTimestamp() >= youngFromMillis) {
                    youngMillis = append.maxTimestamp();
                    break;
                }
                MemoryRecords records = MemoryRecords.readableRecords(append.records());
                for (RecordBatch batch : records.batches()) {
                    scan(batch);
                }
                if (!full) {
                    endOffset = append.nextOffset();
                }
            }
        } finally {
            buffers.close();
        }
        return this;
    }

    private void scan(RecordBatch batch) {
        if (batch.isControlBatch()) {
            transactions.onControlBatchRead(batch);
            return;
        }
        boolean aborted = transactions.onBatchRead(batch);
        if (!aborted) {
            put(batch);
        }
    }

    private void put(RecordBatch batch) {
        try (CloseableIterator<Record> records = batch.streamingIterator(buffers)) {
            for (Iterator<Record> each = records; each.hasNext(); ) {
                Record record = each.next();
                if (!record.hasKey() || record.offset() < fromOffset) {
                    continue;
                }
                if (keys.isFull()) {
                    full = true;
                    endOffset = record.offset();
                    return;
                }
                keys.put(record.key(), record.offset());
            }
        }
    }

    KeyOffsets keys() {
        return keys;
    }

    /** Returns the offset up to which the keys are mapped. */
    long endOffset() {
        return endOffset;
    }

    /** Returns the timestamp of the record that was too young; the greatest number if none was. */
    long youngMillis() {
        return youngMillis;
    }
}
