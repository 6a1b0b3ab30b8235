package io.oxbow.simulation.world;

import io.oxbow.s3stream.store.Keys;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.ObjectSummary;
import io.oxbow.simulation.kernel.Simulation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a bucket, with a history of creations and a check of deletions. Requests take
 * effect here one after the other.
 */
public final class SimulatedBucket {

    private final Simulation simulation;
    private final NavigableMap<String, byte[]> objects = new TreeMap<>(Keys.ORDER);
    private final Map<String, Long> putNanos = new HashMap<>();
    private final Set<String> deleted = new HashSet<>();
    private final SlotHistory slots;
    private final List<DeleteWatch> deleteWatches = new ArrayList<>();

    /** Called before an object that exists is deleted. */
    @FunctionalInterface
    public interface DeleteWatch {
        void deleting(String key);
    }

    public SimulatedBucket(Simulation simulation) {
        this.simulation = simulation;
        this.slots = new SlotHistory(simulation);
    }

    /** Returns the history of the metadata log's slots. */
    public SlotHistory slots() {
        return slots;
    }

    public void onDelete(DeleteWatch watch) {
        deleteWatches.add(watch);
    }

    public boolean has(String key) {
        return objects.containsKey(key);
    }

    /** Returns true if the object existed and was deleted, whatever a late put has done since. */
    public boolean wasDeleted(String key) {
        return deleted.contains(key);
    }

    /** Returns the time since the object was last put. */
    public Duration ageOf(String key) {
        long since = simulation.clock().nanoTime() - putNanos.getOrDefault(key, 0L);
        return Duration.ofNanos(since);
    }

    public List<String> keys(String prefix) {
        return objects.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
    }

    /** Returns the bytes of an object that exists. */
    public byte[] bytes(String key) {
        return Objects.requireNonNull(objects.get(key)).clone();
    }

    /** Damages an object, past all checks: null takes it away. */
    public void damage(String key, byte @Nullable [] body) {
        note("damage", key, body == null ? -1 : body.length);
        if (body == null) {
            objects.remove(key);
        } else {
            objects.put(key, body);
        }
    }

    void put(String key, byte[] body) {
        note("put", key, body.length);
        objects.put(key, body);
        putNanos.put(key, simulation.clock().nanoTime());
    }

    CreateResult create(String key, byte[] body) {
        note("create", key, body.length);
        if (objects.putIfAbsent(key, body) != null) {
            return new CreateResult.Exists();
        }
        slots.created(key, body);
        return new CreateResult.Created();
    }

    GetResult get(String key, long position, int size) {
        note("get", key, position);
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            return new GetResult.NotFound();
        }
        int from = (int) Math.min(position, bytes.length);
        int to = (int) Math.min((long) from + size, bytes.length);
        return new GetResult.Found(ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to)));
    }

    ListResult list(String prefix, String startAfter, int limit) {
        note("list", prefix, limit);
        boolean within = Keys.ORDER.compare(startAfter, prefix) >= 0;
        var from = within ? objects.tailMap(startAfter, false) : objects.tailMap(prefix, true);
        List<ObjectSummary> found = new ArrayList<>();
        for (var entry : from.entrySet()) {
            if (found.size() == limit || !entry.getKey().startsWith(prefix)) {
                break;
            }
            found.add(new ObjectSummary(entry.getKey(), entry.getValue().length));
        }
        return new ListResult.Listed(List.copyOf(found));
    }

    void delete(Collection<String> keys) {
        for (String key : keys) {
            note("delete", key, 0);
            if (objects.containsKey(key)) {
                slots.checkDelete(key, objects);
                deleteWatches.forEach(watch -> watch.deleting(key));
                objects.remove(key);
                deleted.add(key);
            }
        }
    }

    private void note(String verb, String key, long detail) {
        simulation.note(verb.hashCode());
        simulation.note(key.hashCode());
        simulation.note(detail);
    }
}
