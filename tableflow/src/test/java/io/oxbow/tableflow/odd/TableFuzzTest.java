package io.oxbow.tableflow.odd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.oxbow.catalog.PointerCatalog;
import io.oxbow.s3stream.store.local.LocalObjectStore;
import io.oxbow.tableflow.MemoryLog;
import io.oxbow.tableflow.TableWorld;
import io.oxbow.tableflow.write.ObjectStoreFileIO;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.data.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Translates odd records between good ones, over a local store. It checks that nothing stalls, that
 * the good rows are right, that the verifier agrees and that no more memory is asked for than the
 * input's size allows. {@code bin/fuzz} runs it for minutes, or one seed again.
 */
class TableFuzzTest {

    private static final int SHORT_SEEDS = 20;
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

    @Test
    void oddRecordsStopNobody() throws Exception {
        long minutes = Long.getLong("oxbow.fuzz.minutes", 0);
        Long only = Long.getLong("oxbow.fuzz.seed");
        if (only != null && minutes == 0) {
            run(only);
            return;
        }
        long first = only != null ? only : minutes == 0 ? 0 : new Random().nextLong() >>> 16;
        long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        long seed = first;
        for (; minutes > 0 ? System.nanoTime() < end : seed < first + SHORT_SEEDS; seed++) {
            run(seed);
            if (minutes > 0 && (seed - first) % 100 == 99) {
                System.out.printf("fuzz: %d seeds from %d are well%n", seed - first + 1, first);
            }
        }
    }

    private void run(long seed) throws Exception {
        try {
            new Run(seed, Files.createDirectory(directory.resolve("seed" + seed))).play();
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

        private void append(
                byte @org.jspecify.annotations.Nullable [] key,
                byte @org.jspecify.annotations.Nullable [] value) {
            bytes += (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
            long timestamp = random.nextInt(30) == 0 ? random.nextLong() >>> 1 : world.log.tick();
            if (value != null && guards.contains(world.log.nextOffset(0))) {
                timestamp = world.log.tick();
            }
            world.log.append(0, new SimpleRecord(timestamp, key, value));
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
            assertThat(found).isEqualTo(guards);
        }
    }
}
