package io.oxbow.s3stream.cache;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.tail.Ownership;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Cache, bounded in bytes, in which callers that want one value at the same time share one load.
 * Three segments, each least recently used first out: what was asked for once goes before what was
 * asked for again, so one long scan cannot empty it (nor one in small pieces: {@link
 * Ownership#wasUsedUp}); what was fetched ahead and not asked for yet has up to half to itself, so
 * that it is still there when its reader comes. Thread-safe; no lock is held while loading.
 */
public final class SharedCache<K, V> {

    private final long bytesMax;
    private final Ownership<V> values;
    private final ReentrantLock lock = new ReentrantLock();

    /* All below is guarded by the lock. */
    private final LinkedHashMap<K, V> ahead = new LinkedHashMap<>();
    private final LinkedHashMap<K, V> once = new LinkedHashMap<>();
    private final LinkedHashMap<K, V> again = new LinkedHashMap<>();
    private final Map<K, SharedLoad<V>> loads = new HashMap<>();
    private long aheadBytes;
    private long onceBytes;
    private long againBytes;
    private long hits;
    private long misses;

    public SharedCache(long bytesMax, Ownership<V> values) {
        this.bytesMax = bytesMax;
        this.values = values;
    }

    /**
     * Size and reference counting of cached values; the loader has the first reference. Values on
     * the heap need no counting.
     */
    @FunctionalInterface
    public interface Ownership<V> {
        long sizeInBytes(V value);

        public default void retain(V value) {}

        public default void release(V value) {}

        /**
         * Returns whether a reader has read the value to its end, so that a further request is a
         * second use. Otherwise the same reader may have come for the rest.
         */
        default boolean wasUsedUp(V value) {
            return true;
        }

        /** Returns whether others refer to the value, so that evicting it frees nothing yet. */
        default boolean isInUse(V value) {
            return false;
        }
    }

    /**
     * Returns the value with a reference for the caller; it is loaded by {@code loader} unless it
     * is cached or being loaded. Blocks.
     */
    public V get(K key, Supplier<V> loader) {
        SharedLoad<V> load;
        lock.lock();
        try {
            V cached = touch(key);
            if (cached != null) {
                hits++;
                return cached;
            }
            SharedLoad<V> underWay = loads.get(key);
            if (underWay == null) {
                misses++;
                load = begin(key);
            } else {
                hits++;
                underWay.wanted = true;
                underWay.waiters++;
                load = underWay;
            }
        } finally {
            lock.unlock();
        }
        return load.isMine() ? load(key, load, loader) : await(load);
    }

    /**
     * Returns the value with a reference for the caller, or null, which is not counted as a miss.
     */
    @Nullable V getIfPresent(K key) {
        lock.lock();
        try {
            V cached = touch(key);
            hits += cached == null ? 0 : 1;
            return cached;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Loads a value before anybody asks for it, unless it is cached or being loaded; blocks.
     *
     * @return false if {@code loader} was not asked
     */
    boolean fetchAhead(K key, Supplier<V> loader) {
        SharedLoad<V> load;
        lock.lock();
        try {
            if (has(key)) {
                return false;
            }
            misses++;
            load = begin(key);
            load.wanted = false;
        } finally {
            lock.unlock();
        }
        values.release(load(key, load, loader));
        return true;
    }

    /**
     * Evicts the oldest value that was asked for and that nobody uses.
     *
     * @return its bytes, 0 if there is none
     */
    long evictOldest() {
        lock.lock();
        try {
            long bytes = evictUnused(once);
            onceBytes -= bytes;
            if (bytes == 0) {
                bytes = evictUnused(again);
                againBytes -= bytes;
            }
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    private long evictUnused(LinkedHashMap<K, V> segment) {
        for (Iterator<V> oldest = segment.values().iterator(); oldest.hasNext(); ) {
            V value = oldest.next();
            if (!values.isInUse(value)) {
                oldest.remove();
                return letGo(value);
            }
        }
        return 0;
    }

    private long evictFrom(LinkedHashMap<K, V> segment) {
        return letGo(segment.pollFirstEntry().getValue());
    }

    private long letGo(V value) {
        long bytes = values.sizeInBytes(value);
        values.release(value);
        return bytes;
    }

    private SharedLoad<V> begin(K key) {
        SharedLoad<V> load = new SharedLoad<>();
        loads.put(key, load);
        return load;
    }

    private boolean has(K key) {
        return ahead.containsKey(key)
                || once.containsKey(key)
                || again.containsKey(key)
                || loads.containsKey(key);
    }

    /** Returns whether the value is cached or being loaded. */
    public boolean hasOrLoads(K key) {
        lock.lock();
        try {
            return has(key);
        } finally {
            lock.unlock();
        }
    }

    public long bytes() {
        lock.lock();
        try {
            return aheadBytes + onceBytes + againBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of requests for values that were cached or being loaded. */
    public long hits() {
        lock.lock();
        try {
            return hits;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of requests for values that were neither cached nor being loaded. */
    public long misses() {
        lock.lock();
        try {
            return misses;
        } finally {
            lock.unlock();
        }
    }

    private V load(K key, SharedLoad<V> load, Supplier<V> loader) {
        V value = null;
        RuntimeException failure =
                new S3StreamException("load failed", S3StreamException.Retry.RETRYABLE, null);
        try {
            value = loader.get();
            return value;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            lock.lock();
            try {
                loads.remove(key);
                if (value != null) {
                    for (int i = 0; i < load.waiters; i++) {
                        values.retain(value);
                    }
                    insert(key, value, load.wanted);
                }
                load.finish(value, failure);
            } finally {
                lock.unlock();
            }
        }
    }

    private V await(SharedLoad<V> load) {
        try {
            return load.await();
        } catch (InterruptedException e) {
            leave(load);
            Thread.currentThread().interrupt();
            throw new S3StreamException(
                    "interrupted while waiting for a read", S3StreamException.Retry.RETRYABLE, e);
        }
    }

    private void leave(SharedLoad<V> load) {
        lock.lock();
        try {
            load.waiters--;
            V value = load.value();
            if (value != null) {
                values.release(value);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable V touch(K key) {
        V value = again.remove(key);
        if (value != null) {
            again.put(key, value);
            values.retain(value);
            return value;
        }
        value = ahead.remove(key);
        if (value != null) {
            long bytes = values.sizeInBytes(value);
            aheadBytes -= bytes;
            onceBytes += bytes;
            once.put(key, value);
            values.retain(value);
            return value;
        }
        value = once.remove(key);
        if (value != null && !values.wasUsedUp(value)) {
            once.put(key, value);
            values.retain(value);
        } else if (value != null) {
            long bytes = values.sizeInBytes(value);
            onceBytes -= bytes;
            againBytes += bytes;
            again.put(key, value);
            // First, for shrinking may let go of the cache's own.
            values.retain(value);
            shrink();
        }
        return value;
    }

    private void insert(K key, V value, boolean wanted) {
        long bytes = values.sizeInBytes(value);
        if (bytes > bytesMax) {
            return;
        }
        values.retain(value);
        if (wanted) {
            once.put(key, value);
            onceBytes += bytes;
        } else {
            ahead.put(key, value);
            aheadBytes += bytes;
        }
        shrink();
    }

    private void shrink() {
        while (aheadBytes > bytesMax / 2 && ahead.size() > 1) {
            aheadBytes -= evictFrom(ahead);
        }
        long askedForBytes = Math.max(0, bytesMax - aheadBytes);
        while (againBytes > askedForBytes - askedForBytes / 5) {
            Map.Entry<K, V> oldest = again.pollFirstEntry();
            long bytes = values.sizeInBytes(oldest.getValue());
            againBytes -= bytes;
            onceBytes += bytes;
            once.put(oldest.getKey(), oldest.getValue());
        }
        while (onceBytes > 0 && aheadBytes + onceBytes + againBytes > bytesMax) {
            onceBytes -= evictFrom(once);
        }
    }
}
