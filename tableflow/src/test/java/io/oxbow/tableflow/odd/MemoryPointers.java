package io.oxbow.tableflow.odd;

import io.oxbow.catalog.TablePointers;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Pointers of a catalog in memory. */
public final class MemoryPointers implements TablePointers {

    private final TreeMap<String, Pointer> pointers = new TreeMap<>();
    private long versions;

    @Override
    public Optional<Pointer> get(String key) {
        return Optional.ofNullable(pointers.get(key));
    }

    @Override
    public Map<String, Pointer> list(String prefix) {
        Map<String, Pointer> found = new HashMap<>(pointers.tailMap(prefix));
        found.keySet().removeIf(key -> !key.startsWith(prefix));
        return found;
    }

    @Override
    public Outcome put(String key, long expectedVersion, byte @Nullable [] value) {
        Pointer there = pointers.get(key);
        long version = there == null ? 0 : there.version();
        if (version != expectedVersion) {
            return new Outcome.Conflict(version);
        }
        if (value == null) {
            pointers.remove(key);
        } else {
            pointers.put(key, new Pointer(++versions, value));
        }
        return new Outcome.Set(versions);
    }
}
