package io.oxbow.s3stream.env;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Clock of the machine, with one daemon thread for timers. */
final class SystemClock implements Clock {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

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
        var alarm = new Alarm(task);
        alarm.schedule(delay);
        return alarm;
    }

    /**
     * One task of the timer. Somebody waits for what it does, a wake-up or another try, so a task
     * that throws is told of and runs again.
     */
    private final class Alarm implements Runnable, Cancellable {

        private final Runnable task;
        private Duration pause = FIRST_PAUSE;
        private boolean cancelled;
        private @Nullable Future<?> scheduled;

        Alarm(Runnable task) {
            this.task = task;
        }

        synchronized void schedule(Duration delay) {
            if (!cancelled) {
                long nanos = TimeUnit.NANOSECONDS.convert(delay); // for ever is at most 292 years
                scheduled = timer.schedule(this, nanos, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public void run() {
            try {
                task.run();
            } catch (Throwable e) {
                failure.accept(e);
                schedule(pause);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
            }
        }

        @Override
        public synchronized void cancel() {
            cancelled = true;
            if (scheduled != null) {
                scheduled.cancel(false);
            }
        }
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }
}
