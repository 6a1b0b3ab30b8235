package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Clock that advances only by {@link #advance} and {@link #standStill}. */
final class ManualClock implements Clock {

    private record Task(long dueNanos, Runnable action) {}

    private final List<Task> tasks = new ArrayList<>();
    private long nowNanos;

    /** Advances the time and runs each timer at the moment when it is due. */
    void advance(Duration duration) {
        long end = nanoTime() + duration.toNanos();
        for (Task next = takeDue(end); next != null; next = takeDue(end)) {
            next.action.run();
        }
        synchronized (this) {
            nowNanos = end;
        }
    }

    /** Advances the time at one go, and runs the timers that are overdue then. */
    void standStill(Duration duration) {
        List<Task> due;
        synchronized (this) {
            nowNanos += duration.toNanos();
            due = tasks.stream().filter(task -> task.dueNanos <= nowNanos).toList();
            tasks.removeAll(due);
        }
        due.forEach(task -> task.action.run());
    }

    private synchronized @Nullable Task takeDue(long end) {
        Task next =
                tasks.stream()
                        .filter(task -> task.dueNanos <= end)
                        .min(Comparator.comparingLong(Task::dueNanos))
                        .orElse(null);
        if (next != null) {
            tasks.remove(next);
            nowNanos = Math.max(nowNanos, next.dueNanos);
        }
        return next;
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
