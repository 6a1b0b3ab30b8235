package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.S3StreamException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cache bounded in bytes in which callers that want the same thing at the same time share one
 * load. Three segments, each least recently used first out: what was asked for once goes before
 * what was asked for again, so one long scan cannot empty it; what was fetched ahead and not asked
 * for yet has up to half to itself, so that it is still there when its reader comes. Thread-safe;
 * no lock is held while loading.
 */
final class SharedCache<K, V> {

    private final long maxBytes;
    private final ToLongFunction<V> sizeInBytes;
    private final ReentrantLock lock = new ReentrantLock();

    /* All below is guarded by the lock. */
    private final LinkedHashMap<K, V> ahead = new LinkedHashMap<>();
    private final LinkedHashMap<K, V> once = new LinkedHashMap<>();
    private final LinkedHashMap<K, V> again = new LinkedHashMap<>();
    private final Map<K, Load<V>> loads = new HashMap<>();
    private long aheadBytes;
    private long onceBytes;
    private long againBytes;
    private long hits;
    private long misses;

    SharedCache(long maxBytes, ToLongFunction<V> sizeInBytes) {
        this.maxBytes = maxBytes;
        this.sizeInBytes = sizeInBytes;
    }

    /** The value, loaded by {@code loader} if nobody has it or is at it; blocks. */
    V get(K key, Supplier<V> loader) {
        Load<V> load;
        lock.lock();
        try {
            V cached = touch(key);
            if (cached != null) {
                hits++;
                return cached;
            }
            Load<V> underWay = loads.get(key);
            if (underWay == null) {
                misses++;
                load = begin(key);
            } else {
                hits++;
                underWay.wanted = true;
                load = underWay;
            }
        } finally {
            lock.unlock();
        }
        return load.isMine() ? load(key, load, loader) : load.await();
    }

    /** Loads the value for somebody who may ask for it, unless it is here or on its way; blocks. */
    void fetchAhead(K key, Supplier<V> loader) {
        Load<V> load;
        lock.lock();
        try {
            if (has(key)) {
                return;
            }
            misses++;
            load = begin(key);
            load.wanted = false;
        } finally {
            lock.unlock();
        }
        load(key, load, loader);
    }

    private Load<V> begin(K key) {
        Load<V> load = new Load<>();
        loads.put(key, load);
        return load;
    }

    private boolean has(K key) {
        return ahead.containsKey(key)
                || once.containsKey(key)
                || again.containsKey(key)
                || loads.containsKey(key);
    }

    /** Whether the value is here or on its way. */
    boolean hasOrLoads(K key) {
        lock.lock();
        try {
            return has(key);
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return aheadBytes + onceBytes + againBytes;
        } finally {
            lock.unlock();
        }
    }

    /** How often a value was here or on its way. */
    long hits() {
        lock.lock();
        try {
            return hits;
        } finally {
            lock.unlock();
        }
    }

    /** How often one was not. */
    long misses() {
        lock.lock();
        try {
            return misses;
        } finally {
            lock.unlock();
        }
    }

    private V load(K key, Load<V> load, Supplier<V> loader) {
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
                    insert(key, value, load.wanted);
                }
            } finally {
                lock.unlock();
            }
            load.finish(value, failure);
        }
    }

    private @Nullable V touch(K key) {
        V value = again.remove(key);
        if (value != null) {
            again.put(key, value);
            return value;
        }
        value = ahead.remove(key);
        if (value != null) {
            long bytes = sizeInBytes.applyAsLong(value);
            aheadBytes -= bytes;
            onceBytes += bytes;
            once.put(key, value);
            return value;
        }
        value = once.remove(key);
        if (value != null) {
            long bytes = sizeInBytes.applyAsLong(value);
            onceBytes -= bytes;
            againBytes += bytes;
            again.put(key, value);
            shrink();
        }
        return value;
    }

    private void insert(K key, V value, boolean wanted) {
        long bytes = sizeInBytes.applyAsLong(value);
        if (bytes > maxBytes) {
            return;
        }
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
        while (aheadBytes > maxBytes / 2 && ahead.size() > 1) {
            aheadBytes -= sizeInBytes.applyAsLong(ahead.pollFirstEntry().getValue());
        }
        long askedForBytes = Math.max(0, maxBytes - aheadBytes);
        while (againBytes > askedForBytes - askedForBytes / 5) {
            Map.Entry<K, V> oldest = again.pollFirstEntry();
            long bytes = sizeInBytes.applyAsLong(oldest.getValue());
            againBytes -= bytes;
            onceBytes += bytes;
            once.put(oldest.getKey(), oldest.getValue());
        }
        while (onceBytes > 0 && aheadBytes + onceBytes + againBytes > maxBytes) {
            onceBytes -= sizeInBytes.applyAsLong(once.pollFirstEntry().getValue());
        }
    }

    /** A load that others may wait for. */
    private static final class Load<V> {
        private final CountDownLatch done = new CountDownLatch(1);
        private final Thread loader = Thread.currentThread();

        /** Somebody asked for it; guarded by the cache's lock. */
        private boolean wanted = true;

        private @Nullable V value;
        private @Nullable RuntimeException failure;

        boolean isMine() {
            return loader == Thread.currentThread();
        }

        void finish(@Nullable V loaded, RuntimeException otherwise) {
            value = loaded;
            failure = otherwise;
            done.countDown();
        }

        V await() {
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new S3StreamException(
                        "interrupted while waiting for a read",
                        S3StreamException.Retry.RETRYABLE,
                        e);
            }
            V loaded = value;
            if (loaded == null) {
                throw Objects.requireNonNull(failure);
            }
            return loaded;
        }
    }
}
