package io.oxbow.tableflow;

import io.oxbow.tableflow.translate.RoundResult;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * Measures the rows and MiB of log that a CPU second translates: batches to Parquet to a commit, in
 * memory. Not a test; run its main with {@code json} or {@code avro} and a number of rows.
 */
public final class TranslationBenchmark {

    private static final int BATCH_ROWS = 500;
    private static final String[] COUNTRIES = {"US", "CN", "DE", "FR", "JP", "BR", "IN", "GB"};

    private static final String SCHEMA =
            """
            {"type":"record","name":"Order","fields":[
             {"name":"id","type":"long"},{"name":"user_id","type":"long"},
             {"name":"ts","type":{"type":"long","logicalType":"timestamp-micros"}},
             {"name":"name","type":"string"},{"name":"url","type":"string"},
             {"name":"country","type":"string"},{"name":"amount","type":"double"},
             {"name":"qty","type":"int"},{"name":"ok","type":"boolean"},
             {"name":"payload","type":"string"}]}
            """;

    private TranslationBenchmark() {}

    public static void main(String[] args) {
        String format = args.length > 0 ? args[0] : "json";
        int rows = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
        String codec = args.length > 2 ? args[2] : "none";
        for (int run = 0; run < 3; run++) {
            measure(format, rows, codec);
        }
    }

    private static void measure(String format, int rows, String codec) {
        TableWorld world = new TableWorld();
        world.partitions = 1;
        world.registry.put(1, new Schema.Parser().parse(SCHEMA));
        world.log.trust().compress(Compression.of(codec).build());
        Random random = new Random(7);
        for (int i = 0; i < rows; i += BATCH_ROWS) {
            SimpleRecord[] batch = new SimpleRecord[BATCH_ROWS];
            for (int j = 0; j < BATCH_ROWS; j++) {
                batch[j] = record(world, format, i + j, random);
            }
            world.log.append(0, batch);
        }
        var threads = ManagementFactory.getThreadMXBean();
        long cpu = threads.getCurrentThreadCpuTime();
        long bytes = 0;
        long translated = 0;
        while (world.round() instanceof RoundResult.Advanced advanced) {
            bytes += advanced.bytes();
            translated += advanced.ranges().getFirst().rows();
        }
        double seconds = (threads.getCurrentThreadCpuTime() - cpu) / 1e9;
        System.out.printf(
                "%s, log %s: %,d rows, %.0f bytes of log a row: %,.0f rows and %.1f MiB of log per CPU second%n",
                format,
                codec,
                translated,
                bytes / (double) translated,
                translated / seconds,
                bytes / seconds / (1 << 20));
    }

    private static SimpleRecord record(TableWorld world, String format, int i, Random random) {
        GenericData.Record order = new GenericData.Record(world.schema(1));
        long user = random.nextInt(50_000);
        byte[] hex = new byte[16];
        random.nextBytes(hex);
        order.put("id", (long) i);
        order.put("user_id", user);
        order.put("ts", 1_767_225_600_000_000L + i * 1_000L + random.nextInt(1_000));
        order.put("name", "user-" + user);
        order.put(
                "url",
                "https://shop.example/item/%d?ref=%d"
                        .formatted(random.nextInt(20_000), random.nextInt(100)));
        order.put("country", COUNTRIES[random.nextInt(COUNTRIES.length)]);
        order.put("amount", random.nextInt(100_000) / 100.0 + 0.001);
        order.put("qty", random.nextInt(10));
        order.put("ok", random.nextInt(10) > 0);
        order.put("payload", java.util.HexFormat.of().formatHex(hex));
        byte[] value =
                format.equals("avro")
                        ? world.avro(1, order)
                        : order.toString().getBytes(StandardCharsets.UTF_8);
        byte[] key = ByteBuffer.allocate(8).putLong(user).array();
        return new SimpleRecord(world.log.tick() / 1_000, key, value);
    }
}
