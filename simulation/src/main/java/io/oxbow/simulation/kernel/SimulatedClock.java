package io.oxbow.simulation.kernel;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A process's view of simulated time. Wall clocks of different processes disagree. */
final class SimulatedClock implements Clock {

    /** Start of simulated wall clocks: 2026-01-01, so that dates in reports look like dates. */
    private static final long WALL_START_MILLIS = 1_767_225_600_000L;

    private final SimulatedScheduler scheduler;
    private final SimulatedProcess process;
    private long skewMillis;

    SimulatedClock(SimulatedScheduler scheduler, SimulatedProcess process, long skewMillis) {
        this.scheduler = scheduler;
        this.process = process;
        this.skewMillis = skewMillis;
    }

    @Override
    public long wallMillis() {
        return WALL_START_MILLIS + skewMillis + scheduler.nowNanos() / 1_000_000;
    }

    void jumpWall(Duration by) {
        skewMillis += by.toMillis();
    }

    @Override
    public long nanoTime() {
        return scheduler.nowNanos();
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        // A task gets a thread, as it may have to wait for a lock, which the loop must not.
        return scheduler.at(delay, process, () -> process.spawn(task));
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Thread sleeper = Thread.currentThread();
        var awake = new boolean[1];
        var timer =
                scheduler.at(
                        duration,
                        process,
                        () -> {
                            awake[0] = true;
                            LockSupport.unpark(sleeper);
                        });
        while (!awake[0]) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                timer.cancel();
                throw new InterruptedException();
            }
        }
    }
}
