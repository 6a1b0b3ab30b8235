package io.oxbow.catalog;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Pointers in memory, with every way in which a put over a network can end. */
final class InMemoryTablePointers implements TablePointers {

    enum Fault {
        /** Not done, and said so. */
        UNAVAILABLE,
        /** Done, and the answer lost. */
        LOST_ANSWER,
        /** Not done, and the answer lost. */
        LOST_REQUEST,
        /** Done once {@link #deliverLate} is called, if the version is still there then. */
        LATE
    }

    private record Put(String key, long expectedVersion, byte @Nullable [] value) {}

    private final TreeMap<String, Pointer> pointers = new TreeMap<>();
    private final Map<String, Fault> faults = new HashMap<>();
    private final AtomicInteger faultyPuts = new AtomicInteger();
    private @Nullable Put late;
    private @Nullable Consumer<String> beforePut;
    private long lastVersion;

    /** The next {@code count} puts of keys that start so end so. */
    synchronized void fail(String prefix, Fault fault, int count) {
        faults.put(prefix, fault);
        faultyPuts.set(count);
    }

    /** Called with the key before each put, outside any lock; for another's move in between. */
    void beforePut(@Nullable Consumer<String> hook) {
        beforePut = hook;
    }

    synchronized void deliverLate() {
        if (late != null) {
            apply(late);
            late = null;
        }
    }

    @Override
    public synchronized Optional<Pointer> get(String key) {
        return Optional.ofNullable(pointers.get(key));
    }

    @Override
    public synchronized Map<String, Pointer> list(String prefix) {
        return new TreeMap<>(pointers.subMap(prefix, prefix + Character.MAX_VALUE));
    }

    @Override
    public Outcome put(String key, long expectedVersion, byte @Nullable [] value) {
        Consumer<String> hook = beforePut;
        if (hook != null) {
            hook.accept(key);
        }
        return putNow(new Put(key, expectedVersion, value));
    }

    private synchronized Outcome putNow(Put put) {
        Fault fault =
                faults.entrySet().stream()
                        .filter(entry -> put.key().startsWith(entry.getKey()))
                        .filter(_ -> faultyPuts.getAndDecrement() > 0)
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(null);
        if (fault == null) {
            return apply(put);
        }
        RuntimeException lost = new IllegalStateException(fault.toString());
        switch (fault) {
            case UNAVAILABLE -> throw new PointersUnavailableException("told to fail");
            case LOST_ANSWER -> apply(put);
            case LOST_REQUEST -> {}
            case LATE -> late = put;
        }
        return new Outcome.Unknown(lost);
    }

    private Outcome apply(Put put) {
        Pointer now = pointers.get(put.key());
        long version = now == null ? 0 : now.version();
        if (version != put.expectedVersion()) {
            return new Outcome.Conflict(version);
        }
        if (put.value() == null) {
            pointers.remove(put.key());
            return new Outcome.Set(version);
        }
        lastVersion++;
        pointers.put(put.key(), new Pointer(lastVersion, put.value()));
        return new Outcome.Set(lastVersion);
    }
}
