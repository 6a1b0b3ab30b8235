package io.oxbow.broker.validation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.record.BrokerCompressionType;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.RecordValidationException;
import org.jspecify.annotations.Nullable;

/**
 * Validates a batch and assigns its offsets by Kafka's rules. A topic that asks for another
 * compression than the producer used has the records copied from one to the other.
 *
 * <p>{@link #check} reads every byte and needs no offsets, so it runs outside the partition's lock;
 * {@link #assign} runs inside, and changes only the header. Whatever a batch becomes when it is
 * decompressed, no more of it is held than a piece and what is to be appended.
 */
public final class RecordValidation {

    private static final BufferPool BUFFERS = new BufferPool();

    /**
     * A batch may become so many times the bytes that it may have; producers split what is refused.
     */
    static final int INFLATION_MAX = 32;

    private static final int PIECE_BYTES = 16 << 10;

    /**
     * @param batch the only one
     * @param records it alone, without bytes that may have followed it
     */
    public record Checked(DefaultRecordBatch batch, MemoryRecords records) {

        /**
         * Restores the base offset that producers send, in a batch that was assigned offsets and
         * not appended.
         */
        public void takeOffsetsBack() {
            batch.setLastOffset(batch.lastOffset() - batch.baseOffset());
        }
    }

    /**
     * @param batch with offsets and leader epoch set
     * @param logAppendTime -1 when the timestamps are the producer's
     */
    public record Assigned(
            RecordBatch batch, MemoryRecords records, long maxTimestamp, long logAppendTime) {}

    private final TopicPartition partition;
    private final Time time;

    public RecordValidation(TopicPartition partition, Time time) {
        this.partition = partition;
        this.time = time;
    }

    /** Checks the one batch there may be, and its records; compresses them anew if need be. */
    public Checked check(MemoryRecords records, AppendOrigin origin, LogConfig config) {
        return check(onlyBatch(records), records, origin, config);
    }

    /**
     * As {@link #check}, for a batch that needs no more than a look at its records. Returns null,
     * with nothing checked, when {@link #check} and {@link #assign} take more, or {@link
     * Checked#takeOffsetsBack} would not undo what assign does.
     */
    public @Nullable Checked tryCheck(
            MemoryRecords records, AppendOrigin origin, LogConfig config) {
        DefaultRecordBatch batch = onlyBatch(records);
        return isPlain(batch, config) ? check(batch, records, origin, config) : null;
    }

    /** Returns true if the check takes decompression or compression. */
    public boolean takesCodec(MemoryRecords records, LogConfig config) {
        return takesCodec(onlyBatch(records), config);
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
            throw new InvalidRecordException("more than one record batch for " + partition);
        }
        return (DefaultRecordBatch) batch;
    }

    private static boolean isPlain(RecordBatch batch, LogConfig config) {
        return !takesCodec(batch, config)
                && config.messageTimestampType == TimestampType.CREATE_TIME;
    }

    private static boolean takesCodec(RecordBatch batch, LogConfig config) {
        CompressionType source = batch.compressionType();
        return source != CompressionType.NONE
                || BrokerCompressionType.targetCompression(config.compression, source).type()
                        != CompressionType.NONE;
    }

    private Checked check(
            DefaultRecordBatch batch,
            MemoryRecords records,
            AppendOrigin origin,
            LogConfig config) {
        if (origin == AppendOrigin.CLIENT && batch.baseOffset() != 0) {
            throw new InvalidRecordException(
                    "base offset %d for %s; producers send 0"
                            .formatted(batch.baseOffset(), partition));
        }
        if (!batch.isControlBatch()) {
            // Whatever a topic takes, its transactions can be ended.
            checkSize(batch, config);
        }
        if (!batch.isValid()) {
            throw new CorruptRecordException(
                    "batch for %s does not match its CRC %d"
                            .formatted(partition, batch.checksum()));
        }
        if (batch.isTransactional() && !batch.hasProducerId()) {
            throw new InvalidRecordException(
                    "a transactional batch without a producer id for " + partition);
        }
        ByteBuffer bytes = records.buffer();
        long now = time.milliseconds();
        if (isPlain(batch, config) && PlainRecords.areInOrder(batch, bytes, config, now)) {
            return new Checked(batch, alone(batch, records));
        }
        if (origin == AppendOrigin.CLIENT) {
            checkHeader(batch);
        }
        CompressionType source = batch.compressionType();
        Compression target = BrokerCompressionType.targetCompression(config.compression, source);
        boolean asItIs =
                target.type() == source || source == CompressionType.NONE && batch.isControlBatch();
        var rules = new RecordScan.Rules(config, now, takesCodec(batch, config));
        if (!asItIs) {
            return compressAnew(batch, bytes, target, rules);
        }
        long maxTimestamp = scan(batch, bytes, rules, null);
        if (config.messageTimestampType == TimestampType.CREATE_TIME) {
            batch.setMaxTimestamp(TimestampType.CREATE_TIME, maxTimestamp);
        }
        return new Checked(batch, alone(batch, records));
    }

    private static MemoryRecords alone(DefaultRecordBatch batch, MemoryRecords records) {
        ByteBuffer bytes = records.buffer();
        return bytes.remaining() == batch.sizeInBytes()
                ? records
                : MemoryRecords.readableRecords(bytes.slice(0, batch.sizeInBytes()));
    }

    private void checkHeader(DefaultRecordBatch batch) {
        int count = batch.countOrNull(); // null is for older formats
        if (count <= 0 || batch.lastOffset() - batch.baseOffset() + 1 != count) {
            throw new InvalidRecordException(
                    "%d records with offsets from %d to %d for %s"
                            .formatted(count, batch.baseOffset(), batch.lastOffset(), partition));
        }
        if (batch.isControlBatch()) {
            throw new InvalidRecordException("clients write no control records: " + partition);
        }
        if (batch.hasProducerId() && batch.baseSequence() < 0) {
            throw new InvalidRecordException(
                    "sequence number %d of producer %d for %s"
                            .formatted(batch.baseSequence(), batch.producerId(), partition));
        }
    }

    /** Returns the greatest timestamp. */
    private static long scan(
            DefaultRecordBatch batch,
            ByteBuffer bytes,
            RecordScan.Rules rules,
            @Nullable OutputStream copy) {
        if (batch.compressionType() == CompressionType.SNAPPY) {
            SnappyBlocks.check(
                    bytes.slice(
                            bytes.position() + DefaultRecordBatch.RECORD_BATCH_OVERHEAD,
                            batch.sizeInBytes() - DefaultRecordBatch.RECORD_BATCH_OVERHEAD));
        }
        BufferSupplier buffers = BUFFERS.take();
        try (InputStream in = batch.recordInputStream(buffers)) {
            return new RecordScan(batch, rules, in, copy, inflatedBytesMax(rules.config())).run();
        } catch (ApiException | RecordValidationException refusal) {
            throw refusal;
        } catch (IOException | RuntimeException e) {
            // The CRC is right, so that to send it again would not help.
            throw new InvalidRecordException("the records cannot be decompressed: " + e);
        } finally {
            BUFFERS.giveBack(buffers);
        }
    }

    private static long inflatedBytesMax(LogConfig config) {
        return (long) INFLATION_MAX * config.maxMessageSize();
    }

    /** Copies the records into a batch of the target compression, piece by piece. */
    private Checked compressAnew(
            DefaultRecordBatch batch,
            ByteBuffer source,
            Compression target,
            RecordScan.Rules rules) {
        int most = rules.config().maxMessageSize();
        var out = new ByteBufferOutputStream(Math.clamp(batch.sizeInBytes(), PIECE_BYTES, most));
        out.position(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
        long maxTimestamp;
        try (OutputStream compressed = target.wrapForOutput(out, RecordBatch.MAGIC_VALUE_V2)) {
            maxTimestamp = scan(batch, source, rules, new Bounded(compressed, out, most));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ByteBuffer bytes = out.buffer().flip();
        int count = batch.countOrNull();
        DefaultRecordBatch.writeHeader(
                bytes,
                batch.baseOffset(),
                count - 1,
                bytes.limit(),
                RecordBatch.MAGIC_VALUE_V2,
                target.type(),
                TimestampType.CREATE_TIME,
                batch.baseTimestamp(),
                maxTimestamp,
                batch.producerId(),
                batch.producerEpoch(),
                batch.baseSequence(),
                batch.isTransactional(),
                false,
                false,
                batch.partitionLeaderEpoch(),
                count);
        MemoryRecords records = MemoryRecords.readableRecords(bytes.rewind());
        DefaultRecordBatch anew = onlyBatch(records);
        checkSize(anew, rules.config());
        return new Checked(anew, records);
    }

    /** Sets offsets, leader epoch and, if asked for, timestamps. */
    public Assigned assign(Checked checked, LogConfig config, long baseOffset, int leaderEpoch) {
        DefaultRecordBatch batch = checked.batch();
        batch.setLastOffset(baseOffset + batch.lastOffset() - batch.baseOffset());
        batch.setPartitionLeaderEpoch(leaderEpoch);
        long logAppendTime = RecordBatch.NO_TIMESTAMP;
        if (config.messageTimestampType == TimestampType.LOG_APPEND_TIME) {
            logAppendTime = time.milliseconds();
            batch.setMaxTimestamp(TimestampType.LOG_APPEND_TIME, logAppendTime);
        }
        return new Assigned(batch, checked.records(), batch.maxTimestamp(), logAppendTime);
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

    /** A stream to a compressor that fails once the compressed bytes are too many. */
    private static final class Bounded extends OutputStream {

        private final OutputStream compressed;
        private final ByteBufferOutputStream written;
        private final int bytesMax;

        Bounded(OutputStream compressed, ByteBufferOutputStream written, int bytesMax) {
            this.compressed = compressed;
            this.written = written;
            this.bytesMax = bytesMax;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            compressed.write(bytes, from, count);
            if (written.position() > bytesMax) {
                throw new RecordTooLargeException(
                        "compressed anew, the batch has more than max.message.bytes, which is %d"
                                .formatted(bytesMax));
            }
        }
    }
}
