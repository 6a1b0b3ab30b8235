package io.oxbow.benchmarks.parts;

import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;

/** Makes batches as producers send them. */
public final class Batches {

    public static final int RECORDS = 15;
    private static final int ROOM_BYTES = 17 * 1024;

    private Batches() {}

    /**
     * Returns a batch of an idempotent producer: 15 records of 1 KiB, uncompressed, close to 16
     * KiB.
     */
    public static MemoryRecords of16Kib() {
        return of(RECORDS, 1024);
    }

    /**
     * Returns a batch of an idempotent producer: 150 records of 100 bytes, uncompressed, close to
     * 16 KiB.
     */
    public static MemoryRecords of16KibIn100Bytes() {
        return of(10 * RECORDS, 100);
    }

    private static MemoryRecords of(int records, int valueBytes) {
        var value = new byte[valueBytes];
        new Random(1).nextBytes(value);
        var builder =
                new MemoryRecordsBuilder(
                        ByteBuffer.allocate(ROOM_BYTES),
                        RecordBatch.CURRENT_MAGIC_VALUE,
                        Compression.NONE,
                        TimestampType.CREATE_TIME,
                        0,
                        RecordBatch.NO_TIMESTAMP,
                        1,
                        (short) 0,
                        0,
                        false,
                        false,
                        RecordBatch.NO_PARTITION_LEADER_EPOCH,
                        ROOM_BYTES);
        long now = Time.SYSTEM.milliseconds();
        for (int i = 0; i < records; i++) {
            builder.append(now, null, value);
        }
        return builder.build();
    }
}
