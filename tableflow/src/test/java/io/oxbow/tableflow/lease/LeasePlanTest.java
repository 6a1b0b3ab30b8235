package io.oxbow.tableflow.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that plans are even and stable. */
class LeasePlanTest {

    @Test
    void nobodyIsPlannedForWithoutWorkers() {
        assertThat(LeasePlan.of(tables(3), Map.of(), new TreeSet<>())).isEmpty();
    }

    /** However it came to be: each table has one worker, shares are even, few tables move. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void planIsEvenStableAndMovesFew(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<UUID> tables = tables(random.nextInt(20));
            SortedSet<Worker> workers = workers(1 + random.nextInt(5));
            Map<UUID, Worker> holders = new HashMap<>();
            for (UUID table : tables) {
                // Some are free, some are a dead worker's.
                int holder = random.nextInt(8);
                if (holder > 0) {
                    holders.put(table, new Worker(holder, holder));
                }
            }

            Map<UUID, Worker> plan = LeasePlan.of(tables, holders, workers);

            assertThat(plan.keySet()).containsExactlyInAnyOrderElementsOf(tables);
            Map<Worker, Integer> counts = counts(plan, workers);
            int most = counts.values().stream().mapToInt(i -> i).max().orElse(0);
            int least = counts.values().stream().mapToInt(i -> i).min().orElse(0);
            assertThat(most - least).isLessThanOrEqualTo(1);
            assertThat(LeasePlan.of(tables, plan, workers)).isEqualTo(plan);
            assertThat(moves(holders, plan, workers))
                    .isEqualTo(surplus(holders, tables.size(), workers));
        }
    }

    @Test
    void newcomerGetsItsShare() {
        List<UUID> tables = tables(4);
        Map<UUID, Worker> before = LeasePlan.of(tables, Map.of(), workers(2));

        Map<UUID, Worker> after = LeasePlan.of(tables, before, workers(3));

        assertThat(counts(after, workers(3)).values()).containsExactlyInAnyOrder(2, 1, 1);
    }

    private static int moves(
            Map<UUID, Worker> holders, Map<UUID, Worker> plan, SortedSet<Worker> workers) {
        return (int)
                plan.entrySet().stream()
                        .filter(each -> holders.containsKey(each.getKey()))
                        .filter(each -> workers.contains(holders.get(each.getKey())))
                        .filter(each -> !each.getValue().equals(holders.get(each.getKey())))
                        .count();
    }

    /** Returns how many tables have to move so that shares are even. */
    private static int surplus(Map<UUID, Worker> holders, int tables, SortedSet<Worker> workers) {
        int share = tables / workers.size();
        int larger = tables % workers.size();
        int surplus = 0;
        List<Integer> counts = new ArrayList<>(counts(holders, workers).values());
        for (int count : counts) {
            if (count > share && larger > 0) {
                larger--;
                surplus += count - share - 1;
            } else {
                surplus += Math.max(0, count - share);
            }
        }
        return surplus;
    }

    private static Map<Worker, Integer> counts(Map<UUID, Worker> plan, SortedSet<Worker> workers) {
        Map<Worker, Integer> counts = new HashMap<>();
        workers.forEach(worker -> counts.put(worker, 0));
        plan.values().forEach(worker -> counts.computeIfPresent(worker, (_, count) -> count + 1));
        return counts;
    }

    private static SortedSet<Worker> workers(int count) {
        SortedSet<Worker> workers = new TreeSet<>();
        for (int i = 1; i <= count; i++) {
            workers.add(new Worker(i, i));
        }
        return workers;
    }

    private static List<UUID> tables(int count) {
        List<UUID> tables = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tables.add(new UUID(i * 0x9E3779B97F4A7C15L, i));
        }
        return tables;
    }
}
