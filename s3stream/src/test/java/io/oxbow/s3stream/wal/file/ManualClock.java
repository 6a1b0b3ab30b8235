package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clock that advances only by {@link #advance}. */
final class ManualClock implements Clock {

    private record Task(long dueNanos, Runnable action) {}

    private final List<Task> tasks = new ArrayList<>();
    private long nowNanos;

    /** Advances the time and runs the timers that have become due. */
    void advance(Duration duration) {
        List<Task> due;
        synchronized (this) {
            nowNanos += duration.toNanos();
            due = tasks.stream().filter(task -> task.dueNanos <= nowNanos).toList();
            tasks.removeAll(due);
        }
        due.forEach(task -> task.action.run());
    }

    @Override
    public synchronized long wallMillis() {
        return nowNanos / 1_000_000;
    }

    @Override
    public synchronized long nanoTime() {
        return nowNanos;
    }

    @Override
    public synchronized Cancellable after(Duration delay, Runnable action) {
        var task = new Task(nowNanos + delay.toNanos(), action);
        tasks.add(task);
        return () -> {
            synchronized (this) {
                tasks.remove(task);
            }
        };
    }

    @Override
    public void sleep(Duration duration) {
        throw new UnsupportedOperationException();
    }
}
