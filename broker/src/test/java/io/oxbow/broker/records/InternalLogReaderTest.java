package io.oxbow.broker.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.ReadResult;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that a batch which does not decompress is passed over, whatever its library throws. */
class InternalLogReaderTest {
    private static final int BATCH_HEADER_BYTES = 61;

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void aBatchThatDoesNotDecompressIsPassedOver(CompressionType type) {
        var random = new Random(type.ordinal());
        long skipped = InternalLogReader.skippedRecords();
        for (int round = 0; round < 300; round++) {
            ByteBuffer bytes = batch(type, random);
            for (int flips = 0; flips <= random.nextInt(4); flips++) {
                int at = BATCH_HEADER_BYTES + random.nextInt(bytes.limit() - BATCH_HEADER_BYTES);
                bytes.put(at, (byte) random.nextInt());
            }
            var taken = new AtomicInteger();
            new InternalLogReader("log")
                    .read(
                            new ReadResult.Append(0, 3, 0, 0, bytes),
                            (batch, record) -> taken.incrementAndGet());
            assertThat(taken.get()).isLessThanOrEqualTo(3);
        }
        assertThat(InternalLogReader.skippedRecords()).isGreaterThan(skipped);
    }

    private static ByteBuffer batch(CompressionType type, Random random) {
        var records = new SimpleRecord[3];
        for (int i = 0; i < records.length; i++) {
            var value = new byte[random.nextInt(200)];
            random.nextBytes(value);
            records[i] = new SimpleRecord(0L, new byte[10], value);
        }
        return MemoryRecords.withRecords(Compression.of(type).build(), records).buffer();
    }
}
