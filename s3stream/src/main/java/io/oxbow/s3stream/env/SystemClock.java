package io.oxbow.s3stream.env;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The machine's clock, with one daemon thread for what is to run later. */
final class SystemClock implements Clock {

    private final ScheduledThreadPoolExecutor timer;

    private SystemClock(ScheduledThreadPoolExecutor timer) {
        this.timer = timer;
    }

    static SystemClock create() {
        var timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("oxbow-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        return new SystemClock(timer);
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        var scheduled = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }
}
