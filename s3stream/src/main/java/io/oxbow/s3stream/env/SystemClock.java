package io.oxbow.s3stream.env;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Clock of the machine, with one daemon thread for timers. */
final class SystemClock implements Clock {

    private final ScheduledThreadPoolExecutor timer;
    private volatile Consumer<Throwable> failure = cause -> {};

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

    /** Tells of what a timer's task throws, which the executor would keep to itself. */
    void onFailure(Consumer<Throwable> listener) {
        failure = listener;
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
        var scheduled = timer.schedule(loud(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    private Runnable loud(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                failure.accept(e);
            }
        };
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }
}
