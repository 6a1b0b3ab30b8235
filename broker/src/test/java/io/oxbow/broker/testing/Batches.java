package io.oxbow.broker.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Record batches as producers send them. */
public final class Batches {

    private Batches() {}

    /** One batch without a producer id, with timestamps 1, 2, 3 … */
    public static MemoryRecords plain(String... values) {
        return MemoryRecords.withRecords(Compression.NONE, records(values));
    }

    /** One batch of an idempotent producer. */
    public static MemoryRecords idempotent(
            long producerId, int epoch, int baseSequence, String... values) {
        return MemoryRecords.withIdempotentRecords(
                Compression.NONE, producerId, (short) epoch, baseSequence, records(values));
    }

    /** One batch of a transaction. */
    public static MemoryRecords transactional(
            long producerId, int epoch, int baseSequence, String... values) {
        return MemoryRecords.withTransactionalRecords(
                Compression.NONE, producerId, (short) epoch, baseSequence, records(values));
    }

    public static MemoryRecords compressed(Compression codec, String... values) {
        return MemoryRecords.withRecords(codec, records(values));
    }

    /** One batch whose records have these timestamps. */
    public static MemoryRecords at(long... timestamps) {
        var records = new SimpleRecord[timestamps.length];
        for (int i = 0; i < timestamps.length; i++) {
            records[i] = new SimpleRecord(timestamps[i], bytes("t" + timestamps[i]));
        }
        return MemoryRecords.withRecords(Compression.NONE, records);
    }

    public static SimpleRecord[] records(String... values) {
        var records = new SimpleRecord[values.length];
        for (int i = 0; i < values.length; i++) {
            records[i] = new SimpleRecord(i + 1L, bytes(values[i]));
        }
        return records;
    }

    /** The values in order. */
    public static List<String> values(Iterable<Record> records) {
        var values = new ArrayList<String>();
        for (Record record : records) {
            values.add(StandardCharsets.UTF_8.decode(record.value()).toString());
        }
        return values;
    }

    private static byte[] bytes(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
