package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.S3StreamException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bound on bytes that are appended and not yet in data objects. At the bound, appenders wait; that
 * is how an unreachable bucket slows producers down. Thread-safe; one atomic add when there is
 * room.
 */
final class AppendBudget {

    private final long limitBytes;
    private final Health health;
    private final AtomicLong usedBytes = new AtomicLong();
    private volatile int waiting;
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
        return waiting > 0;
    }

    /** Takes {@code bytes}, waiting for room. What is larger than the bound is let in alone. */
    void take(long bytes) {
        if (!tryTake(bytes)) {
            takeWaiting(bytes);
        }
    }

    private void takeWaiting(long bytes) {
        synchronized (this) {
            waiting++;
        }
        try {
            onPressure.run();
            awaitRoom(bytes);
        } finally {
            synchronized (this) {
                waiting--;
            }
        }
    }

    void give(long bytes) {
        usedBytes.addAndGet(-bytes);
        if (waiting > 0) {
            wakeAll();
        }
    }

    private synchronized void awaitRoom(long bytes) {
        try {
            while (!tryTake(bytes)) {
                health.check();
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new S3StreamException(
                    "interrupted while waiting to append", S3StreamException.Retry.RETRYABLE, e);
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

    private synchronized void wakeAll() {
        notifyAll();
    }
}
