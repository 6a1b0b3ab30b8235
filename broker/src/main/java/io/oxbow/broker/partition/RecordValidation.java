package io.oxbow.broker.partition;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.PrimitiveRef;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.record.BrokerCompressionType;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogValidator;
import org.apache.kafka.storage.internals.log.LogValidator.ValidationResult;
import org.jspecify.annotations.Nullable;

/**
 * Validates a batch and assigns its offsets by Kafka's rules: in place, unless the topic asks for
 * another compression than the producer used.
 *
 * <p>{@link #check} reads every byte and needs no offsets, so it runs outside the partition's lock;
 * {@link #assign} runs inside.
 */
final class RecordValidation {

    private static final BufferPool BUFFERS = new BufferPool();

    /**
     * @param batch the only one
     * @param records it alone, without bytes that may have followed it
     * @param inOrder its records were looked at, and need nothing but offsets
     */
    record Checked(DefaultRecordBatch batch, MemoryRecords records, boolean inOrder) {

        /**
         * Restores the base offset that producers send, in a batch that was assigned offsets and
         * not appended.
         */
        void takeOffsetsBack() {
            batch.setLastOffset(batch.lastOffset() - batch.baseOffset());
        }
    }

    /**
     * @param batch with offsets and leader epoch set
     * @param logAppendTime -1 when the timestamps are the producer's
     */
    record Assigned(
            RecordBatch batch, MemoryRecords records, long maxTimestamp, long logAppendTime) {}

    private final TopicPartition partition;
    private final Time time;

    RecordValidation(TopicPartition partition, Time time) {
        this.partition = partition;
        this.time = time;
    }

    /**
     * Checks magic, size and CRC of the one batch there may be, and its records if they are plain.
     */
    Checked check(MemoryRecords records, AppendOrigin origin, LogConfig config) {
        DefaultRecordBatch batch = onlyBatch(records);
        return check(batch, records, origin, config, isPlain(batch, config));
    }

    /**
     * As {@link #check}, for a batch that needs no more than a look at its records. Returns null,
     * with nothing checked, when {@link #check} and {@link #assign} take more, or {@link
     * Checked#takeOffsetsBack} would not undo what assign does.
     */
    @Nullable Checked tryCheck(MemoryRecords records, AppendOrigin origin, LogConfig config) {
        DefaultRecordBatch batch = onlyBatch(records);
        return isPlain(batch, config) ? check(batch, records, origin, config, true) : null;
    }

    private DefaultRecordBatch onlyBatch(MemoryRecords records) {
        Iterator<MutableRecordBatch> batches = records.batches().iterator();
        if (!batches.hasNext()) {
            throw new CorruptRecordException("no whole record batch for " + partition);
        }
        MutableRecordBatch batch = batches.next();
        if (batch.magic() != RecordBatch.MAGIC_VALUE_V2) {
            throw new UnsupportedForMessageFormatException(
                    "record format %d for %s; only format 2 is taken"
                            .formatted(batch.magic(), partition));
        }
        if (batches.hasNext()) {
            throw new org.apache.kafka.common.InvalidRecordException(
                    "more than one record batch for " + partition);
        }
        return (DefaultRecordBatch) batch;
    }

    private static boolean isPlain(RecordBatch batch, LogConfig config) {
        CompressionType source = batch.compressionType();
        return source == CompressionType.NONE
                && BrokerCompressionType.targetCompression(config.compression, source).type()
                        == CompressionType.NONE
                && config.messageTimestampType == TimestampType.CREATE_TIME;
    }

    private Checked check(
            DefaultRecordBatch batch,
            MemoryRecords records,
            AppendOrigin origin,
            LogConfig config,
            boolean plain) {
        if (origin == AppendOrigin.CLIENT && batch.baseOffset() != 0) {
            throw new org.apache.kafka.common.InvalidRecordException(
                    "base offset %d for %s; producers send 0"
                            .formatted(batch.baseOffset(), partition));
        }
        checkSize(batch, config);
        if (!batch.isValid()) {
            throw new CorruptRecordException(
                    "batch for %s does not match its CRC %d"
                            .formatted(partition, batch.checksum()));
        }
        if (batch.isTransactional()) {
            throw new InvalidTxnStateException("transactions are not served");
        }
        ByteBuffer bytes = records.buffer();
        return new Checked(
                batch,
                bytes.remaining() == batch.sizeInBytes()
                        ? records
                        : MemoryRecords.readableRecords(bytes.slice(0, batch.sizeInBytes())),
                plain && PlainRecords.areInOrder(batch, bytes, config, time.milliseconds()));
    }

    /** Checks the records and sets offsets, leader epoch and, if asked for, timestamps. */
    Assigned assign(
            Checked checked,
            AppendOrigin origin,
            LogConfig config,
            long baseOffset,
            int leaderEpoch) {
        if (!checked.inOrder()) {
            return validateAndAssign(checked, origin, config, baseOffset, leaderEpoch);
        }
        DefaultRecordBatch batch = checked.batch();
        batch.setLastOffset(baseOffset + batch.lastOffset() - batch.baseOffset());
        batch.setPartitionLeaderEpoch(leaderEpoch);
        return new Assigned(
                batch, checked.records(), batch.maxTimestamp(), RecordBatch.NO_TIMESTAMP);
    }

    private Assigned validateAndAssign(
            Checked checked,
            AppendOrigin origin,
            LogConfig config,
            long baseOffset,
            int leaderEpoch) {
        CompressionType source = checked.batch().compressionType();
        Compression target = BrokerCompressionType.targetCompression(config.compression, source);
        var validator =
                new LogValidator(
                        checked.records(),
                        partition,
                        time,
                        source,
                        target,
                        config.compact,
                        RecordBatch.MAGIC_VALUE_V2,
                        config.messageTimestampType,
                        config.messageTimestampBeforeMaxMs,
                        config.messageTimestampAfterMaxMs,
                        leaderEpoch,
                        origin);
        ValidationResult result = validate(validator, baseOffset);
        RecordBatch batch = result.validatedRecords().batches().iterator().next();
        if (result.messageSizeMaybeChanged()) {
            checkSize(batch, config);
        }
        boolean appendTime = config.messageTimestampType == TimestampType.LOG_APPEND_TIME;
        return new Assigned(
                batch,
                result.validatedRecords(),
                result.maxTimestampMs(),
                appendTime ? result.logAppendTimeMs() : RecordBatch.NO_TIMESTAMP);
    }

    private static ValidationResult validate(LogValidator validator, long baseOffset) {
        BufferSupplier buffers = BUFFERS.take();
        try {
            return validator.validateMessagesAndAssignOffsets(
                    PrimitiveRef.ofLong(baseOffset), NoMetrics.INSTANCE, buffers);
        } finally {
            BUFFERS.giveBack(buffers);
        }
    }

    private void checkSize(RecordBatch batch, LogConfig config) {
        if (batch.sizeInBytes() > config.maxMessageSize()) {
            throw new RecordTooLargeException(
                    "a batch of %d bytes for %s; max.message.bytes is %d"
                            .formatted(batch.sizeInBytes(), partition, config.maxMessageSize()));
        }
    }

    /** Decompression buffers, which are large and not to be shared while in use. */
    private static final class BufferPool {

        private static final int IDLE_MAX = 8;

        private final ArrayDeque<BufferSupplier> idle = new ArrayDeque<>();

        synchronized BufferSupplier take() {
            BufferSupplier reused = idle.poll();
            return reused == null ? BufferSupplier.create() : reused;
        }

        void giveBack(BufferSupplier buffers) {
            synchronized (this) {
                if (idle.size() < IDLE_MAX) {
                    idle.push(buffers);
                    return;
                }
            }
            buffers.close();
        }
    }

    /**
     * Ignores the rejections that Kafka's validator counts; here the error itself says what was
     * wrong.
     */
    enum NoMetrics implements LogValidator.MetricsRecorder {
        INSTANCE;

        @Override
        public void recordInvalidMagic() {}

        @Override
        public void recordInvalidOffset() {}

        @Override
        public void recordInvalidSequence() {}

        @Override
        public void recordInvalidChecksums() {}

        @Override
        public void recordNoKeyCompactedTopic() {}
    }
}
