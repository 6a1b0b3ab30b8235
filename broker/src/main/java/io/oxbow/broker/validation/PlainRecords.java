package io.oxbow.broker.validation;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.ByteUtils;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Validates the records of an uncompressed batch in place. Kafka's validator makes an object of
 * each record and of its key and value, which for records of 100 bytes is as much again as came in.
 *
 * <p>It only says whether all is well. What it does not vouch for is for Kafka's validator to judge
 * and to name; so whatever is accepted here must be accepted there, with the same outcome.
 */
final class PlainRecords {

    private PlainRecords() {}

    /**
     * Returns true if the records need nothing but offsets: as many as the batch says, in order,
     * timestamps in range. Their offsets are 0, 1, 2 …, and the greatest timestamp is the batch's.
     *
     * @param batch of format 2, with the right CRC
     * @param bytes the batch, from position to limit
     * @param now milliseconds since the epoch
     */
    static boolean areInOrder(
            DefaultRecordBatch batch, ByteBuffer bytes, LogConfig config, long now) {
        int count = batch.countOrNull(); // null is for older formats
        return count > 0
                && batch.lastOffset() - batch.baseOffset() + 1 == count
                && !batch.isControlBatch()
                && batch.timestampType() == TimestampType.CREATE_TIME
                && (!batch.hasProducerId() || batch.baseSequence() >= 0)
                && recordsAreInOrder(batch, count, bytes, config, now);
    }

    private static boolean recordsAreInOrder(
            DefaultRecordBatch batch, int count, ByteBuffer bytes, LogConfig config, long now) {
        long earliest = now - config.messageTimestampBeforeMaxMs;
        long latest = Math.min(config.messageTimestampAfterMaxMs, Long.MAX_VALUE - now) + now;
        long baseTimestamp = batch.baseTimestamp();
        long maxTimestamp = RecordBatch.NO_TIMESTAMP;
        ByteBuffer at =
                bytes.slice(
                        bytes.position() + DefaultRecordBatch.RECORD_BATCH_OVERHEAD,
                        batch.sizeInBytes() - DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
        try {
            for (int i = 0; i < count; i++) {
                int size = ByteUtils.readVarint(at);
                int end = at.position() + size;
                at.get(); // attributes: format 2 has none for a record
                long timestamp = baseTimestamp + ByteUtils.readVarlong(at);
                int offset = ByteUtils.readVarint(at);
                int keySize = skipBytes(at);
                skipBytes(at); // value
                skipHeaders(at);
                if (at.position() != end
                        || offset != i
                        || timestamp < earliest
                        || timestamp > latest
                        || config.compact && keySize < 0) {
                    return false;
                }
                maxTimestamp = Math.max(maxTimestamp, timestamp);
            }
        } catch (BufferUnderflowException | IllegalArgumentException notARecord) {
            return false;
        }
        return !at.hasRemaining() && maxTimestamp == batch.maxTimestamp();
    }

    private static void skipHeaders(ByteBuffer at) {
        int count = ByteUtils.readVarint(at);
        if (count < 0) {
            throw new IllegalArgumentException("negative number of headers");
        }
        for (int i = 0; i < count; i++) {
            if (skipBytes(at) < 0) {
                throw new IllegalArgumentException("header without a key");
            }
            skipBytes(at);
        }
    }

    /** Skips a sequence of bytes after its length, and returns that; -1 stands for null. */
    private static int skipBytes(ByteBuffer at) {
        int size = ByteUtils.readVarint(at);
        if (size > 0) {
            at.position(at.position() + size);
        }
        return size;
    }
}
