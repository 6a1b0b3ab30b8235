package io.oxbow.broker.transaction;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the attempts of coordinators to end a producer's transaction in their order: one that was
 * overtaken by a later attempt does nothing. Thread-safe.
 *
 * <p>An attempt whose answer did not come may be served late, and the later one that its
 * coordinator made meanwhile has ended the transaction. Clients without an epoch per transaction
 * (KIP-890) may have begun the next one by then, which the late marker would tear apart.
 */
final class MarkerOrder {

    /** Most producers kept apart; of those forgotten one number is kept for all. */
    private static final int PRODUCERS_MAX = 10_000;

    private record Key(Uuid origin, long producerId) {}

    /** The last attempt for one producer. */
    private static final class Last {
        private final ReentrantLock lock = new ReentrantLock();
        private long number;
        private int users;
    }

    private final int producersMax;
    private final LinkedHashMap<Key, Last> lasts = new LinkedHashMap<>(16, 0.75F, true);
    private final Map<Uuid, Long> forgotten = new HashMap<>();

    MarkerOrder() {
        this(PRODUCERS_MAX);
    }

    MarkerOrder(int producersMax) {
        this.producersMax = producersMax;
    }

    /**
     * Runs an attempt unless a later one was run; none of the same producer runs meanwhile.
     *
     * @param attempt null for a marker that no coordinator of ours sends: it is run
     * @return false if it was not run
     */
    boolean run(Marker.@Nullable Attempt attempt, long producerId, Runnable appends) {
        if (attempt == null) {
            appends.run();
            return true;
        }
        Last last = take(new Key(attempt.origin(), producerId));
        last.lock.lock();
        try {
            if (attempt.number() <= last.number) {
                return false;
            }
            last.number = attempt.number();
            appends.run();
            return true;
        } finally {
            last.lock.unlock();
            giveBack(last);
        }
    }

    private synchronized Last take(Key key) {
        Last last =
                lasts.computeIfAbsent(
                        key,
                        fresh -> {
                            var made = new Last();
                            made.number = forgotten.getOrDefault(fresh.origin(), 0L);
                            return made;
                        });
        last.users++;
        return last;
    }

    private synchronized void giveBack(Last last) {
        last.users--;
        Iterator<Map.Entry<Key, Last>> oldestFirst = lasts.entrySet().iterator();
        while (lasts.size() > producersMax && oldestFirst.hasNext()) {
            Map.Entry<Key, Last> oldest = oldestFirst.next();
            if (oldest.getValue().users == 0) {
                oldestFirst.remove();
                forgotten.merge(oldest.getKey().origin(), oldest.getValue().number, Math::max);
            }
        }
    }
}
