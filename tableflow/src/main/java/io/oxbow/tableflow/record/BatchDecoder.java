package io.oxbow.tableflow.record;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.tableflow.TableFlowException;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * Walks the records of appends. Control batches are dropped. A batch whose checksum is wrong is not
 * a bad record but damage, and stops the walk.
 */
public final class BatchDecoder implements AutoCloseable {

    private final BufferSupplier decompression = BufferSupplier.create();

    /** Passes on each data record of the append whose offset is at least {@code fromOffset}. */
    public void decode(
            int partition, ReadResult.Append append, long fromOffset, Consumer<LogRecord> records) {
        ByteBuffer bytes = append.records().slice();
        int start = 0;
        for (MutableRecordBatch any : MemoryRecords.readableRecords(bytes.slice()).batches()) {
            check(partition, any);
            // The broker takes format 2 alone.
            DefaultRecordBatch batch = (DefaultRecordBatch) any;
            int recordsFrom = start + DefaultRecordBatch.RECORD_BATCH_OVERHEAD;
            start += batch.sizeInBytes();
            if (batch.isControlBatch() || batch.lastOffset() < fromOffset) {
                continue;
            }
            var reader = new RecordReader(batch, partition, append.appendTimeMillis());
            Consumer<LogRecord> wanted =
                    record -> {
                        if (record.offset() >= fromOffset) {
                            records.accept(record);
                        }
                    };
            try {
                if (batch.isCompressed()) {
                    decodeCompressed(batch, reader, wanted);
                } else {
                    decodePlain(
                            bytes.slice(recordsFrom, start - recordsFrom), batch, reader, wanted);
                }
            } catch (IOException e) {
                throw damaged(partition, batch, e);
            }
        }
    }

    /** Fails on a batch whose checksum is wrong. */
    public static void check(int partition, MutableRecordBatch batch) {
        try {
            batch.ensureValid();
        } catch (RuntimeException e) {
            throw damaged(partition, batch, e);
        }
    }

    private static TableFlowException damaged(
            int partition, MutableRecordBatch batch, Exception why) {
        return new TableFlowException(
                "batch at offset %d of partition %d is damaged: %s"
                        .formatted(batch.baseOffset(), partition, why.getMessage()),
                TableFlowException.Retry.FATAL,
                why);
    }

    private static void decodePlain(
            ByteBuffer in,
            DefaultRecordBatch batch,
            RecordReader reader,
            Consumer<LogRecord> records)
            throws IOException {
        for (int left = batch.countOrNull(); left > 0; left--) {
            records.accept(reader.readSized(in));
        }
    }

    /** Reads a length before anything is made for it: few bytes may say that many follow. */
    private void decodeCompressed(
            DefaultRecordBatch batch, RecordReader reader, Consumer<LogRecord> records)
            throws IOException {
        try (DataInputStream in = new DataInputStream(batch.recordInputStream(decompression))) {
            for (int left = batch.countOrNull(); left > 0; left--) {
                int size = ByteUtils.readVarint(in);
                records.accept(
                        size > LogRecord.BYTES_MAX
                                ? reader.readTooLong(in, size)
                                : reader.read(bytes(in, size)));
            }
        }
    }

    private static ByteBuffer bytes(DataInputStream in, int size) throws IOException {
        if (size < 0) {
            throw new IOException("a record of " + size + " bytes");
        }
        byte[] bytes = new byte[size];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    @Override
    public void close() {
        decompression.close();
    }
}
