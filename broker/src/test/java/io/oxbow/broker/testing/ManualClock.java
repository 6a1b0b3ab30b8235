package io.oxbow.broker.testing;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes only when the test says so. */
public final class ManualClock implements Clock {

    private record Task(long dueNanos, Runnable action) {}

    private final List<Task> tasks = new ArrayList<>();
    private long nanos;

    @Override
    public synchronized long wallMillis() {
        return 1_700_000_000_000L + nanos / 1_000_000;
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized Cancellable after(Duration delay, Runnable action) {
        var task = new Task(nanos + delay.toNanos(), action);
        tasks.add(task);
        return () -> cancel(task);
    }

    private synchronized void cancel(Task task) {
        tasks.removeIf(candidate -> candidate == task);
    }

    @Override
    public void sleep(Duration duration) {
        throw new UnsupportedOperationException("nobody would wake the sleeper");
    }

    /** Lets time pass; what falls due runs on this thread, in order. */
    public void advance(Duration duration) {
        long target = nanoTime() + duration.toNanos();
        for (Task task = due(target); task != null; task = due(target)) {
            task.action().run();
        }
        synchronized (this) {
            nanos = target;
        }
    }

    private synchronized @org.jspecify.annotations.Nullable Task due(long targetNanos) {
        Task next =
                tasks.stream()
                        .filter(task -> task.dueNanos() <= targetNanos)
                        .min(Comparator.comparingLong(Task::dueNanos))
                        .orElse(null);
        if (next != null) {
            tasks.remove(next);
            nanos = Math.max(nanos, next.dueNanos());
        }
        return next;
    }
}
