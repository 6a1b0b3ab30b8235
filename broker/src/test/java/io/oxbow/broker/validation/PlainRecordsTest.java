package io.oxbow.broker.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.testing.Batches;
import io.oxbow.broker.testing.ManualClock;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.PrimitiveRef;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogValidator;
import org.junit.jupiter.api.Test;

/** Tests the in-place validation of records against Kafka's validator. */
class PlainRecordsTest {

    private static final int ATTRIBUTES = 21;
    private static final int COMPRESSION = 7;
    private static final int LAST_OFFSET_DELTA = 23;
    private static final int MAX_TIMESTAMP = 35;
    private static final int BASE_SEQUENCE = 53;
    private static final int COUNT = 57;
    private static final int RECORDS = DefaultRecordBatch.RECORD_BATCH_OVERHEAD;
    private static final ManualClock CLOCK = new ManualClock();
    private static final long NOW = CLOCK.wallMillis();
    private static final int HOUR = 3_600_000;
    private static final int SEEDS = 20_000;

    private static final LogConfig ANY = new LogConfig(Map.of());
    private static final LogConfig COMPACTED =
            new LogConfig(
                    Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    private static final LogConfig WITHIN_AN_HOUR =
            new LogConfig(
                    Map.of(
                            TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                            HOUR,
                            TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                            HOUR));

    private static boolean inOrder(ByteBuffer bytes, LogConfig config) {
        return PlainRecords.areInOrder(batchIn(bytes), bytes, config, NOW);
    }

    private static boolean inOrder(LogConfig config, SimpleRecord... records) {
        return inOrder(MemoryRecords.withRecords(Compression.NONE, records).buffer(), config);
    }

    private static DefaultRecordBatch batchIn(ByteBuffer bytes) {
        return (DefaultRecordBatch)
                MemoryRecords.readableRecords(bytes).batches().iterator().next();
    }

    private static SimpleRecord record(long timestamp, String key, String value) {
        return new SimpleRecord(timestamp, bytes(key), bytes(value));
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes();
    }

    @Test
    void batchesOfProducersAreInOrder() {
        assertThat(inOrder(ANY, record(1, null, "a"), record(3, "k", null), record(2, "", "")))
                .isTrue();
        Header[] headers = {new RecordHeader("a", bytes("b")), new RecordHeader("", (byte[]) null)};
        assertThat(inOrder(ANY, new SimpleRecord(NOW, null, bytes("v"), headers))).isTrue();
        assertThat(inOrder(ANY, record(NOW, "k".repeat(300), "v".repeat(70_000)))).isTrue();
        assertThat(inOrder(Batches.idempotent(1, 0, 5, "a", "b").buffer(), ANY)).isTrue();
    }

    @Test
    void aCompactedTopicsRecordsHaveKeys() {
        assertThat(inOrder(COMPACTED, record(1, "", "a"), record(1, "k", null))).isTrue();
        assertThat(inOrder(COMPACTED, record(1, "k", "a"), record(1, null, "b"))).isFalse();
    }

    @Test
    void timestampsAreWithinTheTopicsRange() {
        for (int off : new int[] {-HOUR, 0, HOUR}) {
            assertThat(inOrder(WITHIN_AN_HOUR, record(NOW + off, null, "a"))).isTrue();
        }
        for (int off : new int[] {-HOUR - 1, HOUR + 1}) {
            assertThat(
                            inOrder(
                                    WITHIN_AN_HOUR,
                                    record(NOW, null, "a"),
                                    record(NOW + off, null, "b")))
                    .isFalse();
        }
        assertThat(inOrder(ANY, record(0, null, "a"))).isTrue();
        assertThat(inOrder(ANY, record(NOW + HOUR + 1, null, "a"))).isFalse();
    }

    @Test
    void theHeaderTellsWhatTheRecordsAre() {
        for (int field : new int[] {LAST_OFFSET_DELTA, COUNT, MAX_TIMESTAMP + 4}) {
            for (int off : new int[] {-1, 1}) {
                ByteBuffer bytes = Batches.plain("a", "b", "c").buffer();
                bytes.putInt(field, bytes.getInt(field) + off);
                assertThat(inOrder(bytes, ANY)).as("field %d %+d", field, off).isFalse();
            }
        }
    }

    @Test
    void forbiddenBatchesAreNotInOrder() {
        ByteBuffer stamped = Batches.plain("a").buffer();
        batchIn(stamped).setMaxTimestamp(TimestampType.LOG_APPEND_TIME, 1);
        assertThat(inOrder(stamped, ANY)).isFalse();
        ByteBuffer unnumbered = Batches.idempotent(1, 0, 0, "a").buffer();
        unnumbered.putInt(BASE_SEQUENCE, -1);
        assertThat(inOrder(unnumbered, ANY)).isFalse();
    }

    @Test
    void aBatchInTheMiddleOfABufferIsReadInItsPlace() {
        ByteBuffer batch = Batches.plain("a", "b").buffer();
        ByteBuffer around = ByteBuffer.allocateDirect(batch.remaining() + 12).position(5);
        around.put(batch.duplicate()).flip().position(5);
        around.limit(around.capacity());
        assertThat(PlainRecords.areInOrder(batchIn(batch), around, ANY, NOW)).isTrue();
    }

    /** Kafka's validator lets through all that is let through here, and changes only offsets. */
    @Test
    void kafkasValidatorAgreesWithWhateverIsInOrder() {
        int accepted = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            var random = new Random(seed);
            LogConfig config = oneOf(random, ANY, COMPACTED, WITHIN_AN_HOUR);
            ByteBuffer bytes = someBatch(random);
            damage(bytes, random);
            if (inOrder(bytes.duplicate(), config)) {
                accepted++;
                ByteBuffer before = copy(bytes);
                LogValidator.ValidationResult result = byKafka(bytes, config);
                before.putLong(0, 77).putInt(12, 3);
                assertThat(result.validatedRecords().buffer())
                        .as("seed %d", seed)
                        .isEqualTo(before);
                assertThat(result.maxTimestampMs())
                        .as("seed %d", seed)
                        .isEqualTo(before.getLong(MAX_TIMESTAMP));
            }
        }
        assertThat(accepted).isBetween(SEEDS / 10, SEEDS * 9 / 10);
    }

    private static LogValidator.ValidationResult byKafka(ByteBuffer bytes, LogConfig config) {
        return new LogValidator(
                        MemoryRecords.readableRecords(bytes),
                        new TopicPartition("t", 0),
                        new ClockTime(CLOCK),
                        CompressionType.NONE,
                        Compression.NONE,
                        config.compact,
                        RecordBatch.MAGIC_VALUE_V2,
                        config.messageTimestampType,
                        config.messageTimestampBeforeMaxMs,
                        config.messageTimestampAfterMaxMs,
                        3,
                        AppendOrigin.CLIENT)
                .validateMessagesAndAssignOffsets(
                        PrimitiveRef.ofLong(77), NoMetrics.INSTANCE, BufferSupplier.NO_CACHING);
    }

    private static ByteBuffer someBatch(Random random) {
        var records = new SimpleRecord[1 + random.nextInt(4)];
        for (int i = 0; i < records.length; i++) {
            var headers = new Header[random.nextInt(3)];
            for (int h = 0; h < headers.length; h++) {
                headers[h] = new RecordHeader("h" + h, random.nextBoolean() ? null : new byte[h]);
            }
            byte[] key = random.nextInt(4) == 0 ? null : new byte[random.nextInt(3)];
            byte[] value = random.nextInt(4) == 0 ? null : new byte[random.nextInt(100)];
            long timestamp = NOW + random.nextInt(-HOUR - 10, HOUR + 10);
            records[i] = new SimpleRecord(timestamp, key, value, headers);
        }
        MemoryRecords batch =
                random.nextBoolean()
                        ? MemoryRecords.withRecords(Compression.NONE, records)
                        : MemoryRecords.withIdempotentRecords(
                                Compression.NONE, 9, (short) 1, random.nextInt(5), records);
        return batch.buffer();
    }

    /** Changes up to two bytes, in a field of the header that counts or among the records. */
    private static void damage(ByteBuffer bytes, Random random) {
        for (int i = random.nextInt(3); i > 0; i--) {
            int at =
                    switch (random.nextInt(8)) {
                        case 0 -> LAST_OFFSET_DELTA + 3;
                        case 1 -> MAX_TIMESTAMP + random.nextInt(8);
                        case 2 -> COUNT + 3;
                        case 3 -> BASE_SEQUENCE;
                        case 4 -> ATTRIBUTES + 1;
                        default -> random.nextInt(RECORDS, bytes.limit());
                    };
            byte changed =
                    random.nextBoolean()
                            ? (byte) (bytes.get(at) + random.nextInt(-2, 3))
                            : (byte) random.nextInt();
            bytes.put(at, changed);
            // Compressed batches are none of its business.
            bytes.put(ATTRIBUTES + 1, (byte) (bytes.get(ATTRIBUTES + 1) & ~COMPRESSION));
        }
    }

    private static LogConfig oneOf(Random random, LogConfig... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}
