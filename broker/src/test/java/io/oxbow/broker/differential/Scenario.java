package io.oxbow.broker.differential;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Crc32C;

/**
 * Generates one partition's life from a seed: batches with odd timestamps and sizes, a trim, a
 * retention.
 *
 * @param now around which its timestamps lie; before any append
 * @param trim offset to delete records before; 0 for none
 * @param retention configs that take effect at the end
 */
record Scenario(
        long seed,
        long now,
        Map<String, String> configs,
        List<Batch> batches,
        long trim,
        Map<String, String> retention) {

    static final long HOUR_MILLIS = 3_600_000L;

    /** No two batches have room in a segment of the stock Kafka's. */
    static final int SEGMENT_BYTES = 9_600;

    private static final int BATCH_BYTES_MIN = SEGMENT_BYTES / 2;

    private static final long YEAR_MILLIS = 366 * 24 * HOUR_MILLIS;
    private static final int CRC_AT = 17;
    private static final int CRC_FROM = 21;
    private static final int BASE_TIMESTAMP_AT = 27;
    private static final int MAX_TIMESTAMP_AT = 35;

    /** Record batch in its wire format. */
    record Batch(List<Long> timestamps, ByteBuffer bytes) {

        long maxTimestamp() {
            return bytes.getLong(MAX_TIMESTAMP_AT);
        }

        int size() {
            return bytes.remaining();
        }

        @Override
        public String toString() {
            return "%s in %d bytes".formatted(timestamps, size());
        }
    }

    /** Returns the batch with that offset. */
    Batch batchAt(long offset) {
        long next = 0;
        for (Batch batch : batches) {
            next += batch.timestamps().size();
            if (offset < next) {
                return batch;
            }
        }
        throw new IllegalArgumentException("no offset %d in %s".formatted(offset, this));
    }

    /** Offset of the first record that is left and as new as that; -1 for none. */
    long firstAtOrAfter(long timestamp) {
        long offset = 0;
        for (Batch batch : batches) {
            for (long each : batch.timestamps()) {
                if (offset >= trim && each >= timestamp) {
                    return offset;
                }
                offset++;
            }
        }
        return -1;
    }

    /** Negative timestamps are none to Kafka's segments. */
    boolean hasBatchWithoutTimestampsBefore(long offset) {
        long next = 0;
        for (Batch batch : batches) {
            if (next < offset && batch.maxTimestamp() < 0) {
                return true;
            }
            next += batch.timestamps().size();
        }
        return false;
    }

    static Scenario of(long seed, long now) {
        var random = new Random(seed);
        boolean appendTime = random.nextInt(4) == 0;
        var configs = new TreeMap<String, String>();
        configs.put("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
        configs.put("retention.ms", "-1");
        if (appendTime) {
            configs.put("message.timestamp.type", "LogAppendTime");
        } else if (random.nextInt(6) == 0) {
            configs.put("message.timestamp.before.max.ms", Long.toString(HOUR_MILLIS));
        }
        var batches = new ArrayList<Batch>();
        int count = random.nextInt(9);
        for (int i = 0; i < count; i++) {
            batches.add(batch(random, now));
        }
        long end = batches.stream().mapToLong(batch -> batch.timestamps().size()).sum();
        long trim = random.nextBoolean() || end == 0 ? 0 : random.nextLong(end + 1);
        return new Scenario(seed, now, configs, batches, trim, retention(random, batches));
    }

    private static Map<String, String> retention(Random random, List<Batch> batches) {
        long bytes = 0;
        for (int i = batches.size() - 1; i >= 0 && random.nextInt(3) > 0; i--) {
            bytes += batches.get(i).size();
        }
        bytes = Math.max(0, bytes + random.nextInt(3) - 1);
        long millis = random.nextBoolean() ? 1 : random.nextInt(1, 5) * HOUR_MILLIS;
        return switch (random.nextInt(3)) {
            case 0 -> Map.of("retention.bytes", Long.toString(bytes));
            case 1 -> Map.of("retention.ms", Long.toString(millis));
            default ->
                    Map.of(
                            "retention.bytes", Long.toString(bytes),
                            "retention.ms", Long.toString(millis));
        };
    }

    private static Batch batch(Random random, long now) {
        int count = 1 + random.nextInt(4);
        var timestamps = new ArrayList<Long>();
        var records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            long timestamp = timestamp(random, now);
            timestamps.add(timestamp);
            byte[] value = new byte[(i == 0 ? BATCH_BYTES_MIN : 0) + random.nextInt(1000)];
            random.nextBytes(value);
            records[i] = new SimpleRecord(timestamp, value);
        }
        Compression codec =
                random.nextInt(3) == 0
                        ? Compression.of(CompressionType.GZIP).build()
                        : Compression.NONE;
        ByteBuffer bytes = MemoryRecords.withRecords(codec, records).buffer();
        if (random.nextInt(6) == 0) {
            // Kafka's builder makes no negative timestamps but -1; the format can say them.
            long by = timestamps.stream().mapToLong(each -> each).max().orElse(0) + 5;
            timestamps.replaceAll(timestamp -> timestamp - by);
            bytes.putLong(BASE_TIMESTAMP_AT, bytes.getLong(BASE_TIMESTAMP_AT) - by);
            bytes.putLong(MAX_TIMESTAMP_AT, bytes.getLong(MAX_TIMESTAMP_AT) - by);
            long crc = Crc32C.compute(bytes, CRC_FROM, bytes.limit() - CRC_FROM);
            bytes.putInt(CRC_AT, (int) crc);
        }
        return new Batch(List.copyOf(timestamps), bytes);
    }

    /** A batch that is old for every retention by time. */
    static ByteBuffer witness() {
        return MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(1, new byte[1]))
                .buffer();
    }

    private static long timestamp(Random random, long now) {
        return switch (random.nextInt(9)) {
            case 0 -> -1;
            case 1 -> 0;
            case 2 -> random.nextInt(100_000);
            case 3 -> now - YEAR_MILLIS - random.nextInt(10);
            case 4 -> now - random.nextInt(3) * 2 * HOUR_MILLIS - HOUR_MILLIS / 2;
            case 5 -> now + HOUR_MILLIS * random.nextInt(1, 3);
            case 6 -> now + YEAR_MILLIS;
            default -> now - random.nextInt(50_000);
        };
    }
}
