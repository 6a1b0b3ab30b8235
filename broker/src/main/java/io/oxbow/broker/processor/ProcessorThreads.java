package io.oxbow.broker.processor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs work of clients for the processor on a few threads of lower priority, in the order of the
 * time that each client has used. So a client's little work does not wait behind another's flood,
 * and event loops and writers, on which everybody waits, come before all of it.
 *
 * <p>This is start-time fair queueing: a client's work is tagged with the time that its earlier
 * work ended on a clock that counts work done, and the least tag is next. A client that has done
 * nothing for long starts at the clock's present.
 */
public final class ProcessorThreads implements AutoCloseable {

    /** Number of clients beyond which those behind the clock are forgotten. */
    private static final int REMEMBERED_MAX = 1_000;

    /** Tag of what a client that has gone left behind. */
    private static final long GONE = Long.MIN_VALUE;

    /**
     * Work whose client waits for what it returns or throws.
     *
     * @param <E> what it may throw
     */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run() throws E;
    }

    private record Queued(long tag, long number, String client, Runnable task) {}

    private final ThreadFactory threads;
    private final LongSupplier nanoTime;
    private final Consumer<Throwable> failure;
    private final PriorityQueue<Queued> waiting =
            new PriorityQueue<>(
                    Comparator.comparingLong(Queued::tag).thenComparing(Queued::number));
    private final Map<String, Long> usedUntil = new HashMap<>();
    private int toStart;
    private long present;
    private long number;
    private boolean closed;

    /**
     * @param count of threads, which are few because the work is for the processor
     * @param nanoTime for measuring work
     * @param failure told of exceptions beside those of the work
     */
    ProcessorThreads(
            int count, ThreadFactory threads, LongSupplier nanoTime, Consumer<Throwable> failure) {
        this.toStart = count;
        this.threads = threads;
        this.nanoTime = nanoTime;
        this.failure = failure;
    }

    /**
     * Creates one thread less than there are processors: the last is for everything else.
     *
     * @param name that the threads' names begin with
     */
    public static ProcessorThreads ofProcessors(String name, Consumer<Throwable> failure) {
        return of(name, Math.max(1, Runtime.getRuntime().availableProcessors() - 1), failure);
    }

    /**
     * Creates so many threads, for work that may wait for something else in between.
     *
     * @param name that the threads' names begin with
     */
    public static ProcessorThreads of(String name, int count, Consumer<Throwable> failure) {
        ThreadFactory threads = Thread.ofPlatform().daemon().name(name + "-", 0).factory();
        return new ProcessorThreads(
                count, NativePriority.lowered(threads), System::nanoTime, failure);
    }

    /**
     * Runs work in its turn, waits for it, and returns what it returns or throws what it throws.
     */
    public <T, E extends Exception> T run(String client, Work<T, E> work) throws E {
        var task = new FutureTask<T>(work::run);
        execute(client, task);
        return ProcessorThreads.<T, E>await(task);
    }

    /**
     * Runs a task in its turn, and does not wait for it; what it throws goes to {@code failure}.
     */
    public synchronized void execute(String client, Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("the broker closes");
        }
        if (toStart > 0) {
            // Not before there is work: a start of the process has none.
            threads.newThread(this::serve).start();
            toStart--;
        }
        long tag = Math.max(present, usedUntil.getOrDefault(client, present));
        waiting.add(new Queued(tag, number++, client, task));
        notify();
    }

    /**
     * Takes note that a client has gone. What waits for its turn comes next: it finds that nobody
     * wants it, and gives back the memory that it holds.
     */
    public synchronized void left(String client) {
        usedUntil.remove(client);
        List<Queued> unwanted = new ArrayList<>();
        for (Queued queued : waiting) {
            if (queued.client.equals(client)) {
                unwanted.add(queued);
            }
        }
        waiting.removeAll(unwanted);
        for (Queued queued : unwanted) {
            waiting.add(new Queued(GONE, queued.number, client, queued.task));
        }
    }

    /** Returns the number of pieces of work that wait for their turn. */
    synchronized int waiting() {
        return waiting.size();
    }

    private static <T, E extends Exception> T await(FutureTask<T> task) throws E {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw ProcessorThreads.<E>thrown(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns what work threw, which is unchecked or of the type that the work declares. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> E thrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return (E) Objects.requireNonNull(cause);
    }

    /** A thread that ended would leave its share of the work waiting for ever. */
    private void serve() {
        boolean more = true;
        while (more) {
            try {
                more = serveOne();
            } catch (Throwable e) {
                tell(e);
            }
        }
    }

    private void tell(Throwable cause) {
        try {
            failure.accept(cause);
        } catch (Throwable again) {
            cause.addSuppressed(again); // short of memory, saying so fails, too
        }
    }

    private boolean serveOne() {
        Queued next = take();
        if (next == null) {
            return false;
        }
        long begun = nanoTime.getAsLong();
        try {
            next.task.run();
        } finally {
            used(next, nanoTime.getAsLong() - begun);
        }
        return true;
    }

    private synchronized @Nullable Queued take() {
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
        Queued next = waiting.remove();
        present = Math.max(present, next.tag);
        return next;
    }

    private synchronized void used(Queued done, long nanos) {
        if (done.tag == GONE) {
            return;
        }
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
