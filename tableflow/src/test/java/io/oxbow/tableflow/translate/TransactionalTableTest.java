package io.oxbow.tableflow.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.tableflow.MemoryLog;
import io.oxbow.tableflow.TableWorld;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a table has the records of committed transactions, up to the first open one. */
class TransactionalTableTest {

    private static final int STEPS = 40;
    private static final int PRODUCERS = 4;

    private final TableWorld world = new TableWorld();

    /** Offsets of the open transactions' records, by producer. */
    private final Map<Long, List<Long>> open = new HashMap<>();

    private final TreeSet<Long> committed = new TreeSet<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void rowsAreTheCommittedRecordsBelowTheFirstOpenTransaction(long seed) {
        var random = new Random(seed);
        world.partitions = 1;
        for (int step = 0; step < STEPS; step++) {
            long producer = random.nextInt(PRODUCERS);
            if (producer == 0) {
                committed.add(world.log.nextOffset(0));
                world.log.append(0, "{\"n\":1}");
            } else if (open.containsKey(producer) && random.nextBoolean()) {
                end(producer, random.nextBoolean());
            } else {
                append(producer, 1 + random.nextInt(3));
            }
            if (random.nextInt(4) == 0) {
                settleAndCompare();
            }
        }
        for (long producer : List.copyOf(open.keySet())) {
            end(producer, random.nextBoolean());
        }
        settleAndCompare();
    }

    private void append(long producer, int count) {
        long base = world.log.nextOffset(0);
        var records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] = new SimpleRecord(world.log.tick(), null, MemoryLog.bytes("{\"n\":2}"));
            open.computeIfAbsent(producer, id -> new ArrayList<>()).add(base + i);
        }
        world.log.appendBatch(
                0,
                MemoryRecords.withTransactionalRecords(
                        base, Compression.NONE, producer, (short) 0, 0, 3, records),
                count);
    }

    private void end(long producer, boolean commit) {
        List<Long> offsets = open.remove(producer);
        if (commit) {
            committed.addAll(offsets);
        }
        world.log.appendBatch(
                0,
                MemoryRecords.withEndTransactionMarker(
                        world.log.nextOffset(0),
                        world.log.tick(),
                        3,
                        producer,
                        (short) 0,
                        new EndTransactionMarker(
                                commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT, 1)),
                1);
    }

    private void settleAndCompare() {
        world.settle();
        long stable =
                open.values().stream()
                        .mapToLong(List::getFirst)
                        .min()
                        .orElse(world.log.nextOffset(0));
        List<Long> expected = List.copyOf(committed.headSet(stable));
        List<Long> rows =
                world.catalog.tableExists(world.identifier())
                        ? world.rows().stream().map(row -> (Long) row.get(1)).toList()
                        : List.of();
        assertThat(rows).isEqualTo(expected);
    }
}
