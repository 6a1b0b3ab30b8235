package io.oxbow.tableflow.record;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one batch of Kafka's format 2. Kafka's own reader makes objects of all
 * headers, of which two bytes are one; here they are counted first.
 */
final class RecordReader {

    private final DefaultRecordBatch batch;
    private final int partition;
    private final long ingestMillis;

    RecordReader(DefaultRecordBatch batch, int partition, long ingestMillis) {
        this.batch = batch;
        this.partition = partition;
        this.ingestMillis = ingestMillis;
    }

    /** Reads a record with its length before it. */
    LogRecord readSized(ByteBuffer in) throws IOException {
        try {
            int size = ByteUtils.readVarint(in);
            int end = in.position() + size;
            LogRecord record = parsed(in.slice(in.position(), size));
            in.position(end);
            return record;
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException e) {
            throw new IOException("no record", e);
        }
    }

    /** Reads a record without its length. */
    LogRecord read(ByteBuffer in) throws IOException {
        try {
            return parsed(in);
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException e) {
            throw new IOException("no record", e);
        }
    }

    private LogRecord parsed(ByteBuffer in) {
        in.get(); // attributes, which no record has yet
        long timestampDelta = ByteUtils.readVarlong(in);
        int offsetDelta = ByteUtils.readVarint(in);
        byte[] key = bytes(in);
        byte[] value = bytes(in);
        int headerCount = ByteUtils.readVarint(in);
        boolean tooMany = headerCount > LogRecord.HEADERS_MAX;
        List<LogRecord.Header> headers = tooMany ? List.of() : headers(in, headerCount);
        if (!tooMany && in.hasRemaining()) {
            throw new IllegalArgumentException("%d bytes too many".formatted(in.remaining()));
        }
        return new LogRecord(
                partition,
                batch.baseOffset() + offsetDelta,
                timestamp(timestampDelta),
                ingestMillis,
                key,
                value,
                headers,
                tooMany
                        ? "%d headers, of which a table takes %d; they are in the log only"
                                .formatted(headerCount, LogRecord.HEADERS_MAX)
                        : null);
    }

    /** Reads what stands before the key of a record that is longer than a table takes. */
    LogRecord readTooLong(DataInputStream in, int size) throws IOException {
        in.readByte(); // attributes
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
                timestamp(timestampDelta),
                ingestMillis,
                null,
                null,
                List.of(),
                "a record of %d bytes, of which a table takes %d; they are in the log only"
                        .formatted(size, LogRecord.BYTES_MAX));
    }

    private long timestamp(long delta) {
        return batch.timestampType() == TimestampType.LOG_APPEND_TIME
                ? batch.maxTimestamp()
                : batch.baseTimestamp() + delta;
    }

    private static List<LogRecord.Header> headers(ByteBuffer in, int count) {
        if (count == 0) {
            return List.of();
        }
        List<LogRecord.Header> headers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] key = bytes(in);
            if (key == null) {
                throw new IllegalArgumentException("a header without a key");
            }
            headers.add(new LogRecord.Header(new String(key, StandardCharsets.UTF_8), bytes(in)));
        }
        return headers;
    }

    /** Reads bytes after their number, of which a negative one stands for null. */
    private static byte @Nullable [] bytes(ByteBuffer in) {
        int size = ByteUtils.readVarint(in);
        if (size < 0) {
            return null;
        }
        if (size > in.remaining()) {
            throw new IllegalArgumentException(
                    "%d bytes of a record that has %d left".formatted(size, in.remaining()));
        }
        byte[] copy = new byte[size];
        in.get(copy);
        return copy;
    }
}
