package io.oxbow.s3stream.cache;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Load of a {@link SharedCache} value that others may wait for. */
final class SharedLoad<V> {

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread loader = Thread.currentThread();

    /** True once a caller asked for the value; guarded by the cache's lock. */
    boolean wanted = true;

    /** Number of other callers that asked for the value; guarded by the cache's lock. */
    int waiters;

    private @Nullable V value;
    private @Nullable RuntimeException failure;

    boolean isMine() {
        return loader == Thread.currentThread();
    }

    /** Ends the load; called under the cache's lock. */
    void finish(@Nullable V loaded, RuntimeException otherwise) {
        value = loaded;
        failure = otherwise;
        done.countDown();
    }

    /**
     * Returns the loaded value, or null while loading or after a failure; called under the cache's
     * lock.
     */
    @Nullable V value() {
        return value;
    }

    V await() throws InterruptedException {
        done.await();
        V loaded = value;
        if (loaded == null) {
            throw Objects.requireNonNull(failure);
        }
        return loaded;
    }
}
