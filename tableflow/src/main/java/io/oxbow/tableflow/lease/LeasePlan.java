package io.oxbow.tableflow.lease;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Even distribution of tables over workers that moves as few of them as possible. Two workers
 * differ by one table at most; what is so already stays as it is.
 */
final class LeasePlan {

    private LeasePlan() {}

    /**
     * Returns the wanted holder of each table; nothing while there are no workers.
     *
     * @param holders of tables that are leased; those that are no workers do not count
     */
    static Map<UUID, Worker> of(
            Collection<UUID> tables, Map<UUID, Worker> holders, SortedSet<Worker> workers) {
        if (workers.isEmpty()) {
            return Map.of();
        }
        SortedMap<Worker, List<UUID>> held = new TreeMap<>();
        workers.forEach(worker -> held.put(worker, new ArrayList<>()));
        List<UUID> free = new ArrayList<>();
        for (UUID table : tables.stream().distinct().sorted().toList()) {
            Worker holder = holders.get(table);
            List<UUID> own = holder == null ? null : held.get(holder);
            (own == null ? free : own).add(table);
        }
        takeSurplus(held, free);
        for (UUID table : free) {
            held.values().stream()
                    .min(Comparator.comparingInt(List::size))
                    .orElseThrow()
                    .add(table);
        }
        Map<UUID, Worker> plan = new HashMap<>();
        held.forEach((worker, own) -> own.forEach(table -> plan.put(table, worker)));
        return plan;
    }

    /** Moves what workers hold above an even share to what is free. */
    private static void takeSurplus(SortedMap<Worker, List<UUID>> held, List<UUID> free) {
        int tables = free.size() + held.values().stream().mapToInt(List::size).sum();
        int share = tables / held.size();
        int larger = tables % held.size();
        for (List<UUID> own : held.values()) {
            int kept = share;
            if (own.size() > share && larger > 0) {
                kept++;
                larger--;
            }
            while (own.size() > kept) {
                free.add(own.removeLast());
            }
        }
    }
}
