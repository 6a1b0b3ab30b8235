package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.S3StreamException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bound on bytes that are appended and not yet in data objects. At the bound, appenders wait; that
 * is how an unreachable bucket slows producers down. Thread-safe; one atomic add when there is
 * room.
 */
final class AppendBudget {

    private final long limitBytes;
    private final Health health;
    private final AtomicLong usedBytes = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile Runnable onPressure = () -> {};

    AppendBudget(long limitBytes, Health health) {
        this.limitBytes = limitBytes;
        this.health = health;
        health.onFailure(cause -> wakeAll());
    }

    /** Called by an appender that is about to wait; must not block. */
    void onPressure(Runnable action) {
        onPressure = action;
    }

    /** Whether somebody waits: what is pending has to go, however little it is. */
    boolean isPressed() {
        return waiting.get() > 0;
    }

    /** Takes {@code bytes}, waiting for room. What is larger than the bound is let in alone. */
    void take(long bytes) {
        if (!tryTake(bytes)) {
            takeWaiting(bytes);
        }
    }

    private void takeWaiting(long bytes) {
        waiting.incrementAndGet();
        try {
            onPressure.run();
            awaitRoom(bytes);
        } finally {
            waiting.decrementAndGet();
        }
    }

    void give(long bytes) {
        usedBytes.addAndGet(-bytes);
        if (waiting.get() > 0) {
            wakeAll();
        }
    }

    private void awaitRoom(long bytes) {
        lock.lock();
        try {
            while (!tryTake(bytes)) {
                health.check();
                room.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new S3StreamException(
                    "interrupted while waiting to append", S3StreamException.Retry.RETRYABLE, e);
        } finally {
            lock.unlock();
        }
    }

    private boolean tryTake(long bytes) {
        while (true) {
            long used = usedBytes.get();
            if (used > 0 && used + bytes > limitBytes) {
                return false;
            }
            if (usedBytes.compareAndSet(used, used + bytes)) {
                return true;
            }
        }
    }

    private void wakeAll() {
        lock.lock();
        try {
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
