package io.oxbow.broker.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.oxbow.broker.testing.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.apache.kafka.common.utils.ByteUtils;
import org.apache.kafka.common.utils.PrimitiveRef;
import org.apache.kafka.server.record.BrokerCompressionType;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogValidator;
import org.apache.kafka.storage.internals.log.RecordValidationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the validation of batches against Kafka's validator, and its bounds on memory. */
class RecordValidationTest {

    private static final int MIB = 1 << 20;
    private static final int SEEDS = 3_000;
    private static final ManualClock CLOCK = new ManualClock();
    private static final long NOW = CLOCK.wallMillis();
    private static final int HOUR = 3_600_000;
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final LogConfig ANY = new LogConfig(Map.of());

    /** Most bytes that a validation may allocate, whatever the size of the decompressed batch. */
    private static final long ALLOCATED_MAX = 4 * MIB;

    private final RecordValidation validation =
            new RecordValidation(PARTITION, new ClockTime(CLOCK));

    private static LogConfig recompressedBy(String codec) {
        return new LogConfig(Map.of(TopicConfig.COMPRESSION_TYPE_CONFIG, codec));
    }

    private RecordValidation.Assigned validate(ByteBuffer batch, LogConfig config) {
        RecordValidation.Checked checked =
                validation.check(MemoryRecords.readableRecords(batch), AppendOrigin.CLIENT, config);
        return validation.assign(checked, config, 77, 3);
    }

    private static ByteBuffer zeros(CompressionType codec, int bytes, int count) {
        var records = new SimpleRecord[count];
        Arrays.fill(records, new SimpleRecord(0, null, new byte[bytes]));
        return MemoryRecords.withRecords(Compression.of(codec).build(), records).buffer();
    }

    /** Returns a batch that claims any bytes as its records. */
    private static ByteBuffer batch(CompressionType codec, byte[] records, int count)
            throws Exception {
        var out = new ByteBufferOutputStream(1 << 10);
        out.position(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
        try (OutputStream to =
                Compression.of(codec).build().wrapForOutput(out, RecordBatch.MAGIC_VALUE_V2)) {
            to.write(records);
        }
        return header(out.buffer().flip(), codec, count);
    }

    private static ByteBuffer header(ByteBuffer batch, CompressionType codec, int count) {
        DefaultRecordBatch.writeHeader(
                batch,
                0,
                count - 1,
                batch.limit(),
                RecordBatch.MAGIC_VALUE_V2,
                codec,
                TimestampType.CREATE_TIME,
                0,
                0,
                -1,
                (short) -1,
                -1,
                false,
                false,
                false,
                -1,
                count);
        return batch.rewind();
    }

    private static long allocatedBy(Runnable work) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /**
     * Kafka accepts every batch that is accepted here, and stores the same bytes; no undamaged
     * batch is refused.
     */
    @Test
    void kafkasValidatorAgrees() {
        int refused = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            var random = new Random(seed);
            LogConfig config = someConfig(random);
            ByteBuffer batch = someBatch(random);
            boolean damaged = random.nextInt(3) == 0;
            if (damaged) {
                damage(batch, random);
            }
            ByteBuffer copy = ByteBuffer.allocate(batch.limit()).put(batch.duplicate()).flip();
            Object byKafka = byKafka(copy, config);
            Object here = here(batch, config);
            if (here instanceof Errors error) {
                refused++;
                if (byKafka instanceof Errors expected) {
                    assertThat(List.of(expected, Errors.INVALID_RECORD))
                            .as("seed %d", seed)
                            .contains(error);
                } else {
                    assertThat(damaged).as("seed %d: %s", seed, error).isTrue();
                }
            } else if (byKafka != Errors.UNKNOWN_SERVER_ERROR) {
                // Kafka has errors of its own where it writes a header that nobody should send.
                assertThat(here).as("seed %d", seed).isEqualTo(byKafka);
            }
        }
        assertThat(refused).isBetween(SEEDS / 20, SEEDS / 2);
    }

    private Object here(ByteBuffer batch, LogConfig config) {
        try {
            RecordValidation.Assigned assigned = validate(batch, config);
            return content(assigned.records(), assigned.maxTimestamp());
        } catch (RuntimeException e) {
            return error(e);
        }
    }

    private static Object byKafka(ByteBuffer bytes, LogConfig config) {
        MemoryRecords records = MemoryRecords.readableRecords(bytes);
        CompressionType source = records.batches().iterator().next().compressionType();
        Compression target = BrokerCompressionType.targetCompression(config.compression, source);
        try {
            LogValidator.ValidationResult result =
                    new LogValidator(
                                    records,
                                    PARTITION,
                                    new ClockTime(CLOCK),
                                    source,
                                    target,
                                    config.compact,
                                    RecordBatch.MAGIC_VALUE_V2,
                                    config.messageTimestampType,
                                    config.messageTimestampBeforeMaxMs,
                                    config.messageTimestampAfterMaxMs,
                                    3,
                                    AppendOrigin.CLIENT)
                            .validateMessagesAndAssignOffsets(
                                    PrimitiveRef.ofLong(77),
                                    NoMetrics.INSTANCE,
                                    BufferSupplier.NO_CACHING);
            return content(result.validatedRecords(), result.maxTimestampMs());
        } catch (RuntimeException e) {
            return error(e);
        }
    }

    private static Errors error(RuntimeException e) {
        return Errors.forException(
                e instanceof RecordValidationException invalid ? invalid.invalidException() : e);
    }

    private static List<Object> content(MemoryRecords records, long maxTimestamp) {
        var batch = (DefaultRecordBatch) records.batches().iterator().next();
        assertThat(batch.isValid()).isTrue();
        var content = new ArrayList<Object>();
        content.add(maxTimestamp);
        content.add(batch.maxTimestamp());
        content.add(batch.compressionType());
        content.add(batch.timestampType());
        content.add(batch.baseOffset());
        content.add(batch.lastOffset());
        content.add(batch.producerId());
        content.add(batch.baseSequence());
        content.add(batch.partitionLeaderEpoch());
        for (Record record : batch) {
            content.add(record.offset());
            content.add(record.timestamp());
            content.add(record.key());
            content.add(record.value());
            content.add(Arrays.asList(record.headers()));
        }
        return content;
    }

    private static LogConfig someConfig(Random random) {
        String[] codecs = {"producer", "producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"};
        String[] policies = {"delete", "delete", "delete", "compact"};
        String[] types = {"CreateTime", "CreateTime", "LogAppendTime"};
        return new LogConfig(
                Map.of(
                        TopicConfig.COMPRESSION_TYPE_CONFIG,
                        codecs[random.nextInt(codecs.length)],
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        policies[random.nextInt(policies.length)],
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        types[random.nextInt(types.length)],
                        TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                        HOUR));
    }

    private static ByteBuffer someBatch(Random random) {
        var records = new SimpleRecord[1 + random.nextInt(5)];
        boolean keyless = random.nextInt(10) == 0;
        for (int i = 0; i < records.length; i++) {
            byte[] key = keyless ? null : new byte[random.nextInt(300)];
            byte[] value = random.nextInt(4) == 0 ? null : new byte[random.nextInt(40_000)];
            long timestamp =
                    switch (random.nextInt(20)) {
                        case 0 -> RecordBatch.NO_TIMESTAMP;
                        case 1 -> NOW - HOUR - 1;
                        default -> NOW - random.nextInt(HOUR);
                    };
            records[i] = new SimpleRecord(timestamp, key, value);
        }
        CompressionType codec = CompressionType.values()[random.nextInt(5)];
        Compression compression = Compression.of(codec).build();
        return random.nextBoolean()
                ? MemoryRecords.withRecords(compression, records).buffer()
                : MemoryRecords.withIdempotentRecords(
                                compression, 9, (short) 1, random.nextInt(5), records)
                        .buffer();
    }

    private static void damage(ByteBuffer batch, Random random) {
        int at =
                random.nextInt(3) == 0
                        ? random.nextInt(23, DefaultRecordBatch.RECORD_BATCH_OVERHEAD)
                        : random.nextInt(DefaultRecordBatch.RECORD_BATCH_OVERHEAD, batch.limit());
        batch.put(at, (byte) (batch.get(at) + 1 + random.nextInt(255)));
        seal(batch);
    }

    private static void seal(ByteBuffer batch) {
        var crc = new java.util.zip.CRC32C();
        crc.update(batch.duplicate().position(21));
        batch.putInt(DefaultRecordBatch.CRC_OFFSET, (int) crc.getValue());
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionType.class,
            names = {"GZIP", "ZSTD", "LZ4"})
    void muchOutOfLittleIsRefusedAndNeverHeld(CompressionType codec) {
        // lz4 makes 255 of one byte at most
        ByteBuffer bomb = zeros(codec, 16 * MIB, 3);
        for (String target : List.of("producer", "zstd")) {
            long allocated =
                    allocatedBy(() ->
                            assertThatThrownBy(() ->
                                            validate(bomb.duplicate(), recompressedBy(target)))
                                    .isInstanceOf(RecordTooLargeException.class));
            assertThat(allocated).isLessThan(ALLOCATED_MAX);
        }
    }

    @Test
    void manyTinyRecordsAreTakenWithoutAnObjectForEach() throws Exception {
        int count = 500_000;
        byte[] records = tiny(count);
        ByteBuffer batch = batch(CompressionType.GZIP, records, count);
        for (String target : List.of("producer", "zstd")) {
            ByteBuffer sent = ByteBuffer.allocate(batch.limit()).put(batch.duplicate()).flip();
            long allocated = allocatedBy(() -> validate(sent, recompressedBy(target)));
            assertThat(allocated).isLessThan(ALLOCATED_MAX);
        }
    }

    private static byte[] tiny(int count) throws Exception {
        var out = new ByteArrayOutputStream();
        var body = ByteBuffer.allocate(32);
        var size = ByteBuffer.allocate(5);
        for (int i = 0; i < count; i++) {
            body.clear().put((byte) 0);
            ByteUtils.writeVarlong(0, body);
            ByteUtils.writeVarint(i, body);
            ByteUtils.writeVarint(-1, body);
            ByteUtils.writeVarint(-1, body);
            ByteUtils.writeVarint(0, body);
            size.clear();
            ByteUtils.writeVarint(body.position(), size);
            out.write(size.array(), 0, size.position());
            out.write(body.array(), 0, body.position());
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void aLengthAloneSetsNothingAside(CompressionType codec) throws Exception {
        var record = ByteBuffer.allocate(64);
        ByteUtils.writeVarint(Integer.MAX_VALUE, record);
        record.put((byte) 0);
        ByteUtils.writeVarlong(0, record);
        ByteUtils.writeVarint(0, record);
        ByteUtils.writeVarint(-1, record);
        ByteUtils.writeVarint(Integer.MAX_VALUE - 20, record);
        ByteBuffer batch = batch(codec, Arrays.copyOf(record.array(), record.position()), 1);
        long allocated =
                allocatedBy(() ->
                        assertThat(catchThrowable(() -> validate(batch, ANY)))
                                .isInstanceOf(InvalidRecordException.class));
        assertThat(allocated).isLessThan(ALLOCATED_MAX);
    }

    @Test
    void aSnappyBlocksLengthAloneSetsNothingAside() {
        byte[] stream = {
            (byte) 0x82,
            'S',
            'N',
            'A',
            'P',
            'P',
            'Y',
            0,
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            8,
            (byte) 0xff,
            (byte) 0xff,
            (byte) 0xff,
            (byte) 0xff,
            7,
            0,
            0,
            0
        };
        byte[] longBlock = stream.clone();
        longBlock[16] = 0x10;
        byte[] raw = Arrays.copyOfRange(stream, 20, stream.length);
        for (byte[] records : List.of(stream, longBlock, raw)) {
            ByteBuffer batch =
                    ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD + records.length);
            batch.position(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
            batch.put(records).flip();
            header(batch, CompressionType.SNAPPY, 1);
            long allocated =
                    allocatedBy(() ->
                            assertThatThrownBy(() -> validate(batch, ANY))
                                    .isInstanceOf(InvalidRecordException.class));
            assertThat(allocated).isLessThan(ALLOCATED_MAX);
        }
    }

    /** Bounds the faults that are named: each would be an object here and a part of the reply. */
    @ParameterizedTest
    @EnumSource(
            value = CompressionType.class,
            names = {"NONE", "ZSTD"})
    void onlySoManyFaultsAreNamed(CompressionType codec) throws Exception {
        int count = 100_000;
        ByteBuffer batch = batch(codec, tiny(count), count);
        LogConfig recent =
                new LogConfig(
                        Map.of(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, (long) HOUR));
        Throwable refusal = catchThrowable(() -> validate(batch, recent));
        assertThat(refusal).isInstanceOf(RecordValidationException.class);
        var invalid = (RecordValidationException) refusal;
        assertThat(invalid.recordErrors()).hasSize(100);
        assertThat(invalid.invalidException()).hasMessageContaining("100000 records");
    }

    @Test
    void aBatchThatRecompressionMakesTooLargeIsRefused() {
        ByteBuffer batch = zeros(CompressionType.GZIP, 2 * MIB, 1);
        assertThatThrownBy(() -> validate(batch, recompressedBy("uncompressed")))
                .isInstanceOf(RecordTooLargeException.class);
    }
}
