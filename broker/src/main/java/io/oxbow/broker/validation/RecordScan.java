package io.oxbow.broker.validation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.ProduceResponse.RecordError;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.RecordValidationException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a batch's records once, as decompression yields them, and validates each by Kafka's rules.
 * It holds 16 KiB of them, however many there are.
 */
final class RecordScan {

    private static final int PIECE_BYTES = 16 << 10;

    /** Most faults named: each is an object and a part of the reply, and a record seven bytes. */
    private static final int NAMED_FAULTS_MAX = 100;

    private static final int VARINT_BITS = 32;
    private static final int VARLONG_BITS = 64;

    /**
     * Rules by which records are judged.
     *
     * @param config the topic's
     * @param now milliseconds since the epoch
     * @param offsetsInOrder whether offsets other than 0, 1, 2 … are refused
     */
    record Rules(LogConfig config, long now, boolean offsetsInOrder) {}

    private final DefaultRecordBatch batch;
    private final Rules rules;
    private final InputStream in;
    private final @Nullable OutputStream copy;
    private final long bytesMax;
    private final byte[] piece = new byte[PIECE_BYTES];
    private final List<RecordError> faults = new ArrayList<>();
    private int at;
    private int end;
    private long earlierBytes;
    private int faultCount;
    private boolean faultyTimestamp;

    /**
     * @param in the records, decompressed
     * @param copy gets all that is read
     * @param bytesMax more is refused
     */
    RecordScan(
            DefaultRecordBatch batch,
            Rules rules,
            InputStream in,
            @Nullable OutputStream copy,
            long bytesMax) {
        this.batch = batch;
        this.rules = rules;
        this.in = in;
        this.copy = copy;
        this.bytesMax = bytesMax;
    }

    /**
     * Reads the batch to its end.
     *
     * @return the greatest timestamp
     * @throws InvalidRecordException when the bytes are no records, or not as many as declared
     * @throws RecordValidationException naming records that break a rule
     * @throws RecordTooLargeException when they are more than {@code bytesMax}
     */
    long run() throws IOException {
        int count = batch.countOrNull(); // null is for older formats
        long maxTimestamp = RecordBatch.NO_TIMESTAMP;
        for (int i = 0; i < count; i++) {
            maxTimestamp = Math.max(maxTimestamp, record(i));
        }
        if (at < end || in.read() >= 0) {
            throw new InvalidRecordException(
                    "there is more than the %d declared records".formatted(count));
        }
        refuseFaults();
        return maxTimestamp;
    }

    private long record(int index) throws IOException {
        int size = varint();
        long start = position();
        next(); // attributes: format 2 has none for a record
        long delta = varlong(VARLONG_BITS);
        int offset = varint();
        int keySize = skipBytes();
        skipBytes(); // value
        skipHeaders();
        if (position() - start != size) {
            throw new InvalidRecordException(
                    "record %d is of %d bytes and declares %d"
                            .formatted(index, position() - start, size));
        }
        if (rules.offsetsInOrder && offset != index) {
            throw new InvalidRecordException("record %d has offset %d".formatted(index, offset));
        }
        long timestamp =
                batch.timestampType() == TimestampType.LOG_APPEND_TIME
                        ? batch.maxTimestamp()
                        : batch.baseTimestamp() + delta;
        judge(index, keySize, timestamp);
        return timestamp;
    }

    private void judge(int index, int keySize, long timestamp) {
        LogConfig config = rules.config;
        if (config.compact && keySize < 0) {
            fault(index, "a compacted topic takes no record without a key");
        } else if (config.messageTimestampType == TimestampType.CREATE_TIME
                && timestamp != RecordBatch.NO_TIMESTAMP) {
            long late = rules.now - timestamp;
            if (late > config.messageTimestampBeforeMaxMs
                    || -late > config.messageTimestampAfterMaxMs) {
                faultyTimestamp = true;
                fault(
                        index,
                        "timestamp %d is out of range: at most %d ms before and %d ms after %d"
                                .formatted(
                                        timestamp,
                                        config.messageTimestampBeforeMaxMs,
                                        config.messageTimestampAfterMaxMs,
                                        rules.now));
            }
        } else if (batch.timestampType() == TimestampType.LOG_APPEND_TIME) {
            faultyTimestamp = true;
            fault(index, "producers do not set the timestamp type LogAppendTime");
        }
    }

    private void fault(int index, String text) {
        if (faultCount++ < NAMED_FAULTS_MAX) {
            faults.add(new RecordError(index, text));
        }
    }

    private void refuseFaults() {
        if (faultCount > 0) {
            String text =
                    "%d records are refused, the first because: %s"
                            .formatted(faultCount, faults.getFirst().message);
            throw new RecordValidationException(
                    faultyTimestamp
                            ? new InvalidTimestampException(text)
                            : new InvalidRecordException(text),
                    faults);
        }
    }

    private void skipHeaders() throws IOException {
        int count = varint();
        if (count < 0) {
            throw new InvalidRecordException("a record with %d headers".formatted(count));
        }
        for (int i = 0; i < count; i++) {
            if (skipBytes() < 0) {
                throw new InvalidRecordException("a header without a key");
            }
            skipBytes();
        }
    }

    /** Returns the number of bytes skipped; a negative one stands for null. */
    private int skipBytes() throws IOException {
        int size = varint();
        for (int left = size; left > 0; ) {
            if (at == end) {
                fill();
            }
            int skipped = Math.min(left, end - at);
            at += skipped;
            left -= skipped;
        }
        return size;
    }

    private int varint() throws IOException {
        return (int) varlong(VARINT_BITS);
    }

    private long varlong(int bits) throws IOException {
        long value = 0;
        for (int shift = 0; shift < bits; shift += 7) {
            byte read = next();
            value |= (read & 0x7FL) << shift;
            if (read >= 0) {
                long raw = bits == VARINT_BITS ? value & 0xFFFF_FFFFL : value;
                return raw >>> 1 ^ -(raw & 1);
            }
        }
        throw new InvalidRecordException("a number of more than %d bits".formatted(bits));
    }

    private byte next() throws IOException {
        if (at == end) {
            fill();
        }
        return piece[at++];
    }

    private long position() {
        return earlierBytes + at;
    }

    private void fill() throws IOException {
        earlierBytes += end;
        at = 0;
        end = 0;
        int count = in.read(piece);
        if (count <= 0) {
            throw new InvalidRecordException(
                    "there are fewer than the %d declared records".formatted(batch.countOrNull()));
        }
        end = count;
        if (earlierBytes + end > bytesMax) {
            throw new RecordTooLargeException(
                    "the batch is of more than %d bytes when decompressed".formatted(bytesMax));
        }
        if (copy != null) {
            copy.write(piece, 0, end);
        }
    }
}
