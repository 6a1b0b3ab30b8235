package io.oxbow.s3stream.cache;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A load of a {@link SharedCache} that others may wait for. */
final class SharedLoad<V> {

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread loader = Thread.currentThread();

    /** Somebody asked for it; guarded by the cache's lock. */
    boolean wanted = true;

    /** Who else asked for it; guarded by the cache's lock. */
    int waiters;

    private @Nullable V value;
    private @Nullable RuntimeException failure;

    boolean isMine() {
        return loader == Thread.currentThread();
    }

    /** Under the cache's lock. */
    void finish(@Nullable V loaded, RuntimeException otherwise) {
        value = loaded;
        failure = otherwise;
        done.countDown();
    }

    /** What was loaded, if that is done and went well; under the cache's lock. */
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
