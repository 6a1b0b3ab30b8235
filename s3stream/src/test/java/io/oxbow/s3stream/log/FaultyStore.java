package io.oxbow.s3stream.log;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.log.format.LogKeys;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Store in memory that loses answers, applies puts late, refuses and stays silent, from a seed. It
 * also watches: what was created first under each key, and what was deleted.
 */
final class FaultyStore implements ObjectStore {

    /** Fate of the next create whose key matches. */
    enum Fate {
        /** The create is applied, but the answer is lost. */
        ANSWER_LOST,
        /** The create is not applied now, but at {@link #deliverLate()}. */
        LATE,
        /** The create is answered as a conflict and not applied. */
        CONFLICT,
        /** The create is surely not applied. */
        REFUSED
    }

    private record Late(String key, byte[] bytes) {}

    private record Planned(Predicate<String> key, Fate fate) {}

    private final TreeMap<String, byte[]> objects = new TreeMap<>();
    private final Map<String, byte[]> firstCreated = new HashMap<>();
    private final List<String> deleted = new ArrayList<>();
    private final List<Late> late = new ArrayList<>();
    private final List<Planned> planned = new ArrayList<>();
    private final Random random;
    private double faultProbability;
    private int creates;
    private int lists;
    private Runnable beforeCreate = () -> {};
    private Predicate<String> hidden = key -> false;

    FaultyStore() {
        this(0, 0);
    }

    FaultyStore(long seed, double faultProbability) {
        this.random = new Random(seed);
        this.faultProbability = faultProbability;
    }

    synchronized void faults(double probability) {
        faultProbability = probability;
    }

    synchronized void plan(Predicate<String> key, Fate fate) {
        planned.add(new Planned(key, fate));
    }

    /**
     * Sets an action that runs once, before the next create is looked at and outside of any lock.
     */
    synchronized void beforeNextCreate(Runnable action) {
        beforeCreate = action;
    }

    /**
     * Hides objects: GET answers NotFound for each of them once, as a store may whose put is still
     * under way.
     */
    synchronized void hide(Predicate<String> key) {
        hidden = key;
    }

    synchronized void deliverLate() {
        for (Late put : late) {
            createNow(put.key(), put.bytes());
        }
        late.clear();
    }

    synchronized List<String> keys(String prefix) {
        return objects.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
    }

    synchronized byte[] bytes(String key) {
        return Objects.requireNonNull(objects.get(key), key).clone();
    }

    synchronized byte[] firstCreated(String key) {
        return Objects.requireNonNull(firstCreated.get(key), key).clone();
    }

    synchronized List<String> deleted() {
        return List.copyOf(deleted);
    }

    synchronized int creates() {
        return creates;
    }

    synchronized int lists() {
        return lists;
    }

    synchronized void overwrite(String key, byte[] bytes) {
        objects.put(key, bytes.clone());
    }

    synchronized void remove(String key) {
        objects.remove(key);
    }

    @Override
    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
        Runnable before;
        synchronized (this) {
            before = beforeCreate;
            beforeCreate = () -> {};
        }
        before.run();
        synchronized (this) {
            creates++;
            byte[] bytes = join(body);
            Fate fate = fate(key);
            if (chance()) {
                deliverLate();
            }
            if (fate == null) {
                return createNow(key, bytes)
                        ? new CreateResult.Created()
                        : new CreateResult.Exists();
            }
            return switch (fate) {
                case ANSWER_LOST -> {
                    createNow(key, bytes);
                    yield new CreateResult.Unknown(error("answer lost"));
                }
                case LATE -> {
                    late.add(new Late(key, bytes));
                    yield new CreateResult.Unknown(error("time-out"));
                }
                case CONFLICT -> new CreateResult.Unknown(error("409 conflict"));
                case REFUSED -> new CreateResult.NotApplied(error("403"));
            };
        }
    }

    private @Nullable Fate fate(String key) {
        for (Planned plan : planned) {
            if (plan.key().test(key)) {
                planned.remove(plan);
                return plan.fate();
            }
        }
        return chance() ? Fate.values()[random.nextInt(Fate.values().length)] : null;
    }

    private boolean createNow(String key, byte[] bytes) {
        firstCreated.putIfAbsent(key, bytes);
        return objects.putIfAbsent(key, bytes) == null;
    }

    private boolean chance() {
        return random.nextDouble() < faultProbability;
    }

    private static StoreException error(String message) {
        return new StoreException(message, Retry.UNKNOWN, null);
    }

    private static byte[] join(List<ByteBuffer> body) {
        int size = body.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer joined = ByteBuffer.allocate(size);
        body.forEach(part -> joined.put(part.duplicate()));
        return joined.array();
    }

    @Override
    public PutResult put(String key, List<ByteBuffer> body) {
        throw new UnsupportedOperationException("the metadata log only creates");
    }

    @Override
    public synchronized GetResult get(String key) {
        if (chance()) {
            return new GetResult.Unavailable(error("503"));
        }
        if (hidden.test(key)) {
            hidden = other -> false;
            return new GetResult.NotFound();
        }
        byte[] bytes = objects.get(key);
        return bytes == null
                ? new GetResult.NotFound()
                : new GetResult.Found(ByteBuffer.wrap(bytes.clone()));
    }

    @Override
    public synchronized GetResult get(String key, long position, int size) {
        throw new UnsupportedOperationException("the metadata log reads whole objects");
    }

    @Override
    public synchronized HeadResult head(String key) {
        throw new UnsupportedOperationException("the metadata log asks for no heads");
    }

    @Override
    public synchronized ListResult list(String prefix, String startAfter, int limit) {
        lists++;
        if (chance()) {
            return new ListResult.Unavailable(error("503"));
        }
        var found = new ArrayList<ObjectSummary>();
        for (var entry : objects.tailMap(prefix, true).entrySet()) {
            if (!entry.getKey().startsWith(prefix) || found.size() == limit) {
                break;
            }
            if (entry.getKey().compareTo(startAfter) > 0) {
                found.add(new ObjectSummary(entry.getKey(), entry.getValue().length));
            }
        }
        return new ListResult.Listed(found);
    }

    @Override
    public synchronized DeleteResult delete(Collection<String> keys) {
        boolean fault = chance();
        for (String key : keys) {
            if (fault && random.nextBoolean()) {
                continue;
            }
            if (key.startsWith(LogKeys.SLOTS) && objects.containsKey(key)) {
                String highest = keys(LogKeys.SLOTS).getLast();
                if (key.equals(highest)) {
                    throw new AssertionError("the highest slot was deleted: " + key);
                }
            }
            objects.remove(key);
            deleted.add(key);
        }
        return fault ? new DeleteResult.Unknown(error("503")) : new DeleteResult.Done();
    }

    @Override
    public URI location() {
        return URI.create("memory:///");
    }

    @Override
    public void close() {}
}
