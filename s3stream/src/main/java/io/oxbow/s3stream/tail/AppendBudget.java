package io.oxbow.s3stream.tail;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.commit.Health;
import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds on appends that are not in data objects yet: their bytes in the write-ahead log, and the
 * heap that tracks them. Small appends reach the bound on the heap first. At a bound, appenders
 * wait; that is how an unreachable bucket slows producers down once the log is full. Thread-safe;
 * two atomic adds when there is room.
 */
public final class AppendBudget {

    private final long logBytesMax;
    private final long heapBytesMax;
    private final Health health;
    private final AtomicLong logBytes = new AtomicLong();
    private final AtomicLong heapBytes = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waits = new AtomicLong();
    private final Clock clock;
    private volatile long progressNanos;
    private volatile Runnable onPressure = () -> {};

    /**
     * @param logBytesMax of frames
     * @param heapBytesMax for what is kept of each append
     */
    public AppendBudget(long logBytesMax, long heapBytesMax, Health health, Clock clock) {
        this.clock = clock;
        this.logBytesMax = logBytesMax;
        this.heapBytesMax = heapBytesMax;
        this.health = health;
        health.onFailure(cause -> wakeAll());
    }

    /** Sets an action that each appender runs before it waits; it must not block. */
    public void onPressure(Runnable action) {
        onPressure = action;
    }

    /**
     * Returns whether an appender waits; then everything pending is uploaded, however little it is.
     */
    public boolean isPressed() {
        return waiting.get() > 0;
    }

    /**
     * Returns the time for which appenders have waited without one being let in; zero when none
     * waits.
     */
    public Duration stuck() {
        return isPressed() ? Duration.ofNanos(clock.nanoTime() - progressNanos) : Duration.ZERO;
    }

    /**
     * Reserves room for an append, and waits until there is some. An append larger than the bound
     * is let in alone.
     *
     * @param frameBytes that it takes in the log
     */
    public void take(long frameBytes) {
        if (!tryTake(frameBytes)) {
            takeWaiting(frameBytes);
        }
    }

    private void takeWaiting(long frameBytes) {
        waits.incrementAndGet();
        if (waiting.getAndIncrement() == 0) {
            progressNanos = clock.nanoTime();
        }
        try {
            onPressure.run();
            awaitRoom(frameBytes);
            progressNanos = clock.nanoTime();
        } finally {
            waiting.decrementAndGet();
        }
    }

    /** Gives the room of an append back that the write-ahead log did not take. */
    public void cancel(long frameBytes) {
        give(frameBytes, TailEntry.OVERHEAD_BYTES);
    }

    /** Gives back the part of an append's heap that is needed only until its outcome is known. */
    public void settled() {
        give(0, TailEntry.OVERHEAD_BYTES - TailEntry.SETTLED_BYTES);
    }

    /** Gives back the room of settled appends that are in data objects now. */
    public void uploaded(long appends, long frameBytes) {
        give(frameBytes, appends * TailEntry.SETTLED_BYTES);
    }

    private void give(long frameBytes, long heap) {
        logBytes.addAndGet(-frameBytes);
        heapBytes.addAndGet(-heap);
        if (waiting.get() > 0) {
            wakeAll();
        }
    }

    /** Returns the bytes of frames that are not in data objects yet. */
    public long logBytes() {
        return logBytes.get();
    }

    /** Returns the bytes of heap that track appends not in data objects yet. */
    public long heapBytes() {
        return heapBytes.get();
    }

    /** Returns the number of appends that had to wait so far. */
    public long waits() {
        return waits.get();
    }

    /** Returns whether half of a bound is used. */
    public boolean isHalfUsed() {
        return logBytes.get() >= logBytesMax / 2 || heapBytes.get() >= heapBytesMax / 2;
    }

    private void awaitRoom(long frameBytes) {
        lock.lock();
        try {
            while (!tryTake(frameBytes)) {
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

    /** Reserves room as {@link #take} does, but returns false instead of waiting. */
    public boolean tryTake(long frameBytes) {
        if (!tryTake(logBytes, frameBytes, logBytesMax)) {
            return false;
        }
        if (tryTake(heapBytes, TailEntry.OVERHEAD_BYTES, heapBytesMax)) {
            return true;
        }
        logBytes.addAndGet(-frameBytes);
        return false;
    }

    private static boolean tryTake(AtomicLong counter, long bytes, long max) {
        while (true) {
            long used = counter.get();
            if (used > 0 && used + bytes > max) {
                return false;
            }
            if (counter.compareAndSet(used, used + bytes)) {
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
