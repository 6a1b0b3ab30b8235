package io.oxbow.tableflow.odd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.oxbow.catalog.PointerCatalog;
import io.oxbow.s3stream.store.local.LocalObjectStore;
import io.oxbow.tableflow.MemoryLog;
import io.oxbow.tableflow.TableWorld;
import io.oxbow.tableflow.record.LogRecord;
import io.oxbow.tableflow.write.ObjectStoreFileIO;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.data.Record;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Translates odd records between good ones, over a local store. It checks that nothing stalls, that
 * the good rows are right, that the verifier agrees and that no more memory is asked for than the
 * input's size allows. {@code bin/fuzz} runs it for minutes, or plays one seed again.
 */
class TableFuzzTest {

    private static final int SHORT_SEEDS = 20;

    /** Most seeds take a second: one that takes this long has no end. */
    private static final Duration SEED_TIME = Duration.ofMinutes(5);

    private static final int GUARD = 1;
    private static final List<String> PARTITIONING =
            List.of(
                    "",
                    "",
                    "day(kafka_timestamp)",
                    "bucket(4,id)",
                    "identity(id)",
                    "identity(a), truncate(3,t)");

    /** Allocated by rounds that do hardly anything, and by growth to the widest table. */
    private static final long ALLOCATED_FREE = 2L << 30;

    private static final long ALLOCATED_PER_BYTE = 4_000;

    private final Path directory;

    TableFuzzTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static final @Nullable Long SEED = Long.getLong("oxbow.fuzz.seed");
    private static final long MINUTES = Long.getLong("oxbow.fuzz.minutes", 0);

    /** Plays the same seeds each time, or the one that is asked for. */
    @Test
    void oddRecordsStopNobody() throws Exception {
        long first = SEED != null && MINUTES == 0 ? SEED : 0;
        long count = SEED != null && MINUTES == 0 ? 1 : SHORT_SEEDS;
        for (long seed = first; seed < first + count; seed++) {
            run(seed);
        }
    }

    /** Plays seeds that nobody has seen, for half a minute or as long as asked for. */
    @Test
    @Tag("slow")
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void oddRecordsOfNewSeedsStopNobody() throws Exception {
        assumeTrue(SEED == null || MINUTES > 0, "one seed is asked for");
        long first = SEED != null ? SEED : new Random().nextLong() >>> 16;
        Duration time = MINUTES > 0 ? Duration.ofMinutes(MINUTES) : Duration.ofSeconds(30);
        System.out.printf("fuzz: seeds from %d on%n", first);
        long end = System.nanoTime() + time.toNanos();
        long seed = first;
        while (System.nanoTime() < end) {
            run(seed++);
            if ((seed - first) % 100 == 0) {
                System.out.printf("fuzz: %d seeds from %d are well%n", seed - first, first);
            }
        }
        System.out.printf("fuzz: %d seeds from %d are well%n", seed - first, first);
    }

    private void run(long seed) throws Exception {
        try {
            Path bucket = Files.createDirectory(directory.resolve("seed" + seed));
            assertTimeoutPreemptively(SEED_TIME, () -> new Run(seed, bucket).play());
        } catch (Throwable e) {
            fail("bin/fuzz --seed " + seed + " shows it again", e);
        }
    }

    /** Runs one seed. */
    private static final class Run {

        private final Random random;
        private final TableWorld world = new TableWorld();
        private final Set<Long> guards = new TreeSet<>();
        private final boolean avro;
        private final JsonGenerator json;
        private final AvroGenerator records;
        private long bytes;

        Run(long seed, Path bucket) {
            random = new Random(seed);
            avro = random.nextBoolean();
            json = new JsonGenerator(random);
            records = new AvroGenerator(random);
            var io = new ObjectStoreFileIO(LocalObjectStore.open(bucket));
            world.catalog =
                    new PointerCatalog(
                            new PointerCatalog.Settings("fuzz", io.location().toString(), Map.of()),
                            new MemoryPointers(),
                            io);
            world.partitions = 1;
            world.log.compress(Compression.of(random.nextBoolean() ? "none" : "zstd").build());
            world.set("table.value.format", avro ? "avro" : "json")
                    .set("table.key.format", random.nextBoolean() ? "auto" : "json")
                    .set(
                            "table.partition.by",
                            PARTITIONING.get(random.nextInt(PARTITIONING.size())));
            world.registry.put(
                    GUARD,
                    new Schema.Parser()
                            .parse(
                                    "{\"type\":\"record\",\"name\":\"G\",\"fields\":[{\"name\":\"guard\",\"type\":\"long\"}]}"));
        }

        void play() {
            guard();
            for (int round = random.nextInt(1, 4); round > 0; round--) {
                for (int i = random.nextInt(12); i > 0; i--) {
                    odd();
                }
                guard();
                settle();
            }
            check();
        }

        private void settle() {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            Judged.settle(world);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("allocated for %d bytes", bytes)
                    .isLessThan(ALLOCATED_FREE + ALLOCATED_PER_BYTE * bytes);
        }

        private void guard() {
            long offset = world.log.nextOffset(0);
            guards.add(offset);
            if (avro) {
                GenericData.Record guard = new GenericData.Record(world.schema(GUARD));
                guard.put("guard", offset);
                append(null, world.avro(GUARD, guard));
            } else {
                append(null, MemoryLog.bytes("{\"guard\":%d}".formatted(offset)));
            }
        }

        private void odd() {
            byte[] key = random.nextInt(4) == 0 ? json.record() : null;
            if (random.nextInt(20) == 0) {
                append(key, null);
            } else if (avro) {
                append(key, avroRecord());
            } else {
                append(key, json.record());
            }
        }

        private byte[] avroRecord() {
            int id = random.nextInt(2, 8);
            Schema schema = world.registry.computeIfAbsent(id, i -> records.schema());
            return records.record(id, schema);
        }

        private void append(byte @Nullable [] key, byte @Nullable [] value) {
            bytes += (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
            boolean guard = guards.contains(world.log.nextOffset(0));
            long timestamp =
                    guard || random.nextInt(30) > 0 ? world.log.tick() : random.nextLong() >>> 1;
            world.log.append(
                    0, new SimpleRecord(timestamp, key, value, guard ? new Header[0] : headers()));
        }

        private Header[] headers() {
            int count =
                    switch (random.nextInt(60)) {
                        case 0 -> LogRecord.HEADERS_MAX + random.nextInt(-1, 2);
                        case 1 -> random.nextInt(100_000);
                        case 2, 3, 4, 5 -> random.nextInt(1, 5);
                        default -> 0;
                    };
            Header[] headers = new Header[count];
            String name = random.nextBoolean() ? "" : "h\u00e9" + random.nextInt(3);
            byte[] value = random.nextBoolean() ? null : new byte[random.nextInt(3)];
            Arrays.fill(headers, new RecordHeader(name, value));
            bytes += 2L * count;
            return headers;
        }

        private void check() {
            Judged.assertRight(world);
            Set<Long> found = new TreeSet<>();
            for (Record row : world.rows()) {
                long offset = (Long) row.get(1);
                if (guards.contains(offset)) {
                    assertThat(row.getField("guard")).isEqualTo(offset);
                    found.add(offset);
                }
            }
            assertThat(found).as(() -> "" + world.quarantine()).isEqualTo(guards);
        }
    }
}
