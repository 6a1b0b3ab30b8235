package io.oxbow.s3stream.env;

import io.oxbow.s3stream.S3StreamException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Pauses between attempts: growing, with jitter, and ended when the store stops. Thread-safe. */
public final class Patience {

    private static final long FIRST_NANOS = Duration.ofMillis(20).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(5).toNanos();

    private final Environment environment;
    private final BooleanSupplier stopped;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition stopping;

    /**
     * @param stopped when it turns true, {@link #wake} must be called
     */
    public Patience(Environment environment, BooleanSupplier stopped) {
        this.environment = environment;
        this.stopped = stopped;
        this.stopping = new TimedCondition(environment.clock(), lock);
    }

    /**
     * Waits before attempt number {@code attempt + 1}: twice as long each time, up to 5 seconds.
     *
     * @param attempt how many have been made, from 1
     * @throws StoppedException when the store stops meanwhile
     */
    public void pause(int attempt, String what) {
        long nanos = Math.min(LONGEST_NANOS, FIRST_NANOS << Math.min(attempt - 1, 10));
        sleep(nanos / 2 + environment.random().nextLong(nanos / 2 + 1), what + " again");
    }

    /**
     * Waits for {@code nanos}.
     *
     * @throws StoppedException when the store stops meanwhile
     */
    public void sleep(long nanos, String what) {
        long deadline = environment.clock().nanoTime() + nanos;
        lock.lock();
        try {
            while (true) {
                if (stopped.getAsBoolean()) {
                    throw new StoppedException("stopped while waiting to " + what);
                }
                long left = deadline - environment.clock().nanoTime();
                if (left <= 0) {
                    return;
                }
                stopping.awaitFor(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("interrupted while waiting to " + what);
        } finally {
            lock.unlock();
        }
    }

    public boolean isStopped() {
        return stopped.getAsBoolean();
    }

    /** Returns the reading, in nanoseconds, of the clock that pauses are measured by. */
    public long nanoTime() {
        return environment.clock().nanoTime();
    }

    public void wake() {
        stopping.wake();
    }

    /** Thrown when the store stops; the attempt under way has an unknown outcome. */
    public static final class StoppedException extends S3StreamException {

        private static final long serialVersionUID = 1L;

        StoppedException(String message) {
            super(message, Retry.UNKNOWN, null);
        }
    }
}
