package io.oxbow.broker.validation;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the work of clients on a few threads, in the order of the time that each client has used. So
 * a client's little work does not wait behind another's flood.
 *
 * <p>This is start-time fair queueing: a client's work is tagged with the time that its earlier
 * work ended on a clock that counts work done, and the least tag is next. A client that has done
 * nothing for long starts at the clock's present.
 */
public final class ValidationThreads implements AutoCloseable {

    /** Number of clients beyond which those behind the clock are forgotten. */
    private static final int REMEMBERED_MAX = 1_000;

    private record Work(long tag, long number, String client, FutureTask<?> task) {}

    private final LongSupplier nanoTime;
    private final Consumer<Throwable> failure;
    private final PriorityQueue<Work> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Work::tag).thenComparing(Work::number));
    private final Map<String, Long> usedUntil = new HashMap<>();
    private long present;
    private long number;
    private boolean closed;

    /**
     * @param count of threads, which are few because the work is for the processor
     * @param nanoTime for measuring work
     * @param failure told of exceptions beside those of the work
     */
    ValidationThreads(
            int count, ThreadFactory threads, LongSupplier nanoTime, Consumer<Throwable> failure) {
        this.nanoTime = nanoTime;
        this.failure = failure;
        for (int i = 0; i < count; i++) {
            threads.newThread(this::serve).start();
        }
    }

    /** Creates one thread less than there are processors: the last is for everything else. */
    public static ValidationThreads ofProcessors(Consumer<Throwable> failure) {
        return new ValidationThreads(
                Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
                Thread.ofPlatform().daemon().name("validation-", 0).factory(),
                System::nanoTime,
                failure);
    }

    /**
     * Runs work in its turn, waits for it, and returns what it returns or throws what it throws.
     */
    public <T> T run(String client, Supplier<T> work) {
        var task = new FutureTask<T>(work::get);
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the broker closes");
            }
            long tag = Math.max(present, usedUntil.getOrDefault(client, present));
            waiting.add(new Work(tag, number++, client, task));
            notify();
        }
        return await(task);
    }

    /** Returns the number of pieces of work that wait for their turn. */
    synchronized int waiting() {
        return waiting.size();
    }

    private static <T> T await(FutureTask<T> task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw unchecked(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException unchecked(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
    }

    /** A thread that ended would leave its share of the work waiting for ever. */
    private void serve() {
        boolean more = true;
        while (more) {
            try {
                more = serveOne();
            } catch (Throwable e) {
                failure.accept(e);
            }
        }
    }

    private boolean serveOne() {
        Work next = take();
        if (next == null) {
            return false;
        }
        long begun = nanoTime.getAsLong();
        next.task.run();
        used(next, nanoTime.getAsLong() - begun);
        return true;
    }

    private synchronized @Nullable Work take() {
        while (waiting.isEmpty()) {
            if (closed) {
                return null;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                return null;
            }
        }
        Work next = waiting.remove();
        present = Math.max(present, next.tag);
        return next;
    }

    private synchronized void used(Work done, long nanos) {
        usedUntil.merge(done.client, done.tag + nanos, Math::max);
        if (usedUntil.size() > REMEMBERED_MAX) {
            usedUntil.values().removeIf(until -> until <= present);
        }
    }

    /** Ends the threads once the work that waits is done. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
