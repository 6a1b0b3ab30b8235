package io.oxbow.s3stream.log;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits between attempts, longer each time and with jitter, and ends all waits when stopped.
 * Thread-safe.
 */
final class Pauses {

    private static final int DOUBLINGS_MAX = 10;

    /** Thrown instead of another attempt to ask the bucket, when pushed slots tell the answer. */
    static final class PushWaiting extends RuntimeException {

        private static final long serialVersionUID = 1L;

        PushWaiting() {
            super("slots were pushed meanwhile", null, false, false);
        }
    }

    private final Environment environment;
    private final Duration atLeast;
    private final Duration atMost;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean stopped;
    private BooleanSupplier pushed = () -> false;

    /** Thread whose pauses end when slots are pushed. */
    private volatile @Nullable Thread yielding;

    Pauses(Environment environment, Duration atLeast, Duration atMost) {
        this.environment = environment;
        this.atLeast = atLeast;
        this.atMost = atMost;
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the pauses of a thread that {@link #yielding yields} while {@code pushed} holds. */
    void yieldTo(BooleanSupplier pushed) {
        this.pushed = pushed;
    }

    /** Looks again whether a pause has to end. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs requests that need no answer any more when slots are pushed: their pauses end by {@link
     * PushWaiting}.
     */
    void yielding(Runnable requests) {
        yielding = Thread.currentThread();
        try {
            requests.run();
        } finally {
            yielding = null;
        }
    }

    /** Runs requests within {@link #yielding} ones whose outcome has to be known. */
    <T> T unyielding(Supplier<T> requests) {
        Thread before = yielding;
        yielding = null;
        try {
            return requests.get();
        } finally {
            yielding = before;
        }
    }

    private boolean yields() {
        return Thread.currentThread().equals(yielding) && pushed.getAsBoolean();
    }

    boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param attempt how many there were, from 1
     * @throws StoppedException instead of another attempt
     */
    void afterAttempt(int attempt) {
        pause(delay(attempt));
    }

    /**
     * Waits for {@code duration}.
     *
     * @throws StoppedException when stopped meanwhile
     * @throws PushWaiting when slots were pushed, and this thread yields to them
     */
    void pause(Duration duration) {
        var elapsed = new AtomicBoolean();
        Clock.Cancellable timer = environment.clock().after(duration, () -> elapse(elapsed));
        lock.lock();
        try {
            while (!stopped && !elapsed.get() && !yields()) {
                changed.awaitUninterruptibly();
            }
            if (stopped) {
                throw new StoppedException();
            }
            if (yields()) {
                throw new PushWaiting();
            }
        } finally {
            lock.unlock();
            timer.cancel();
        }
    }

    private void elapse(AtomicBoolean elapsed) {
        lock.lock();
        try {
            elapsed.set(true);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Duration delay(int attempt) {
        long nanos = atLeast.toNanos() << Math.min(attempt - 1, DOUBLINGS_MAX);
        nanos = Math.min(nanos, atMost.toNanos());
        return Duration.ofNanos(nanos / 2 + environment.random().nextLong(nanos / 2 + 1));
    }
}
