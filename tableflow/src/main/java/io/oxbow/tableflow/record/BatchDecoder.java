package io.oxbow.tableflow.record;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.tableflow.TableFlowException;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecord;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteUtils;
import org.apache.kafka.common.utils.CloseableIterator;
import org.jspecify.annotations.Nullable;

/**
 * Walks the records of appends. Control batches are dropped. A batch whose checksum is wrong is not
 * a bad record but damage, and stops the walk.
 */
public final class BatchDecoder implements AutoCloseable {

    /** Of a record in a compressed batch; of what is longer, place and time are told only. */
    public static final int RECORD_BYTES_MAX = 64 << 20;

    private final BufferSupplier decompression = BufferSupplier.create();

    /** Passes on each data record of the append whose offset is at least {@code fromOffset}. */
    public void decode(
            int partition, ReadResult.Append append, long fromOffset, Consumer<LogRecord> records) {
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
            // Aborted transactions are not known here yet: better no row than a wrong one.
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
        if (batch.isCompressed() && batch instanceof DefaultRecordBatch compressed) {
            decodeCompressed(partition, ingestMillis, compressed, fromOffset, records);
            return;
        }
        try (CloseableIterator<Record> iterator = batch.streamingIterator(decompression)) {
            while (iterator.hasNext()) {
                Record record = iterator.next();
                if (record.offset() >= fromOffset) {
                    records.accept(held(partition, ingestMillis, record));
                }
            }
        }
    }

    /** Reads a length before anything is made for it: few bytes may say that many follow. */
    private void decodeCompressed(
            int partition,
            long ingestMillis,
            DefaultRecordBatch batch,
            long fromOffset,
            Consumer<LogRecord> records) {
        boolean byBroker = batch.timestampType() == TimestampType.LOG_APPEND_TIME;
        @Nullable Long appendTime = byBroker ? (Long) batch.maxTimestamp() : null;
        try (DataInputStream in = new DataInputStream(batch.recordInputStream(decompression))) {
            for (int left = batch.countOrNull(); left > 0; left--) {
                int size = ByteUtils.readVarint(in);
                if (size > RECORD_BYTES_MAX) {
                    LogRecord tooLong = leftOut(partition, ingestMillis, batch, in, size);
                    if (tooLong.offset() >= fromOffset) {
                        records.accept(tooLong);
                    }
                    continue;
                }
                Record record =
                        DefaultRecord.readFrom(
                                record(in, size),
                                batch.baseOffset(),
                                batch.baseTimestamp(),
                                batch.baseSequence(),
                                appendTime);
                if (record.offset() >= fromOffset) {
                    records.accept(held(partition, ingestMillis, record));
                }
            }
        } catch (IOException e) {
            throw new TableFlowException(
                    "batch at offset %d of partition %d is damaged: %s"
                            .formatted(batch.baseOffset(), partition, e.getMessage()),
                    TableFlowException.Retry.FATAL,
                    e);
        }
    }

    /** A record with its length before it. */
    private static ByteBuffer record(DataInputStream in, int size) throws IOException {
        if (size < 0) {
            throw new IOException("a record of " + size + " bytes");
        }
        ByteBuffer record = ByteBuffer.allocate(ByteUtils.sizeOfVarint(size) + size);
        ByteUtils.writeVarint(size, record);
        in.readFully(record.array(), record.position(), size);
        return record.rewind();
    }

    /** Reads what stands before the key, and skips the rest. */
    private static LogRecord leftOut(
            int partition,
            long ingestMillis,
            DefaultRecordBatch batch,
            DataInputStream in,
            int size)
            throws IOException {
        in.readByte(); // attributes, which no record has yet
        long timestampDelta = ByteUtils.readVarlong(in);
        int offsetDelta = ByteUtils.readVarint(in);
        in.skipNBytes(
                size
                        - 1L
                        - ByteUtils.sizeOfVarlong(timestampDelta)
                        - ByteUtils.sizeOfVarint(offsetDelta));
        return new LogRecord(
                partition,
                batch.baseOffset() + offsetDelta,
                batch.timestampType() == TimestampType.LOG_APPEND_TIME
                        ? batch.maxTimestamp()
                        : batch.baseTimestamp() + timestampDelta,
                ingestMillis,
                null,
                null,
                List.of(),
                size);
    }

    private static LogRecord held(int partition, long ingestMillis, Record record) {
        return new LogRecord(
                partition,
                record.offset(),
                record.timestamp(),
                ingestMillis,
                bytes(record.key()),
                bytes(record.value()),
                headers(record),
                0);
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
