package io.oxbow.s3stream.env;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.ComponentState.Phase;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entry of one long-lived component in the {@link HealthRegistry}, and root of the component's
 * threads. Thread-safe.
 *
 * <p>Code that runs on a thread of its own is handed to {@link #root} or {@link #restarting}: an
 * {@link Error}, or an exception that nobody expected, ends the component loudly and is counted,
 * and the component's {@link Policy} is carried out.
 */
public final class Component implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Component.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration HEALTHY_RUN = Duration.ofSeconds(60);
    private static final int REASON_CHARS_MAX = 500;

    /** Body of a thread; may throw anything. */
    @FunctionalInterface
    public interface Body {
        void run() throws Exception;
    }

    private final HealthRegistry registry;
    private final Clock clock;
    private final String kind;
    private final String instance;
    private final Policy policy;
    private final boolean essential;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition stopping;
    private volatile Phase phase = Phase.STARTING;
    private @Nullable String reason;
    private long sinceMillis;
    private long failures;
    private long restarts;
    private boolean stopped;
    private volatile Supplier<@Nullable String> impediment = () -> null;
    private final AtomicBoolean watchThrows = new AtomicBoolean();

    Component(
            HealthRegistry registry,
            Clock clock,
            String kind,
            String instance,
            Policy policy,
            boolean essential) {
        this.registry = registry;
        this.clock = clock;
        this.kind = kind;
        this.instance = instance;
        this.policy = policy;
        this.essential = essential;
        this.stopping = new TimedCondition(clock, lock);
        this.sinceMillis = clock.wallMillis();
    }

    /** Returns kind and instance in one text. */
    String name() {
        return instance.isEmpty() ? kind : kind + " " + instance;
    }

    public ComponentState state() {
        String hindrance = phase == Phase.RUNNING ? hindrance() : null;
        lock.lock();
        try {
            // It may have failed since: that is the worse news.
            boolean hindered = hindrance != null && phase == Phase.RUNNING;
            return new ComponentState(
                    kind,
                    instance,
                    hindered ? Phase.RETRYING : phase,
                    policy,
                    essential,
                    hindered ? hindrance : reason,
                    sinceMillis,
                    failures,
                    restarts);
        } finally {
            lock.unlock();
        }
    }

    /** Asks the watch; one that throws is counted at the first time, and hinders. */
    private @Nullable String hindrance() {
        try {
            String hindrance = impediment.get();
            watchThrows.set(false);
            return hindrance;
        } catch (Throwable e) {
            if (watchThrows.compareAndSet(false, true)) {
                unexpected("the watch over it", e);
            }
            return "its state cannot be told: " + text(e);
        }
    }

    /** Marks the component as running; cheap when it was before. */
    public void running() {
        if (phase != Phase.RUNNING) {
            become(Phase.RUNNING, null);
        }
    }

    /** Marks the component as unable to work for now, while it tries again by itself. */
    public void retrying(String why) {
        become(Phase.RETRYING, why);
    }

    /**
     * Marks the component as {@link #retrying(String) retrying} after an exception that was
     * expected, and so is not counted.
     */
    public void retrying(Throwable cause) {
        become(Phase.RETRYING, text(cause));
    }

    /**
     * Marks the component as failed by an unexpected exception, which is logged and counted. If the
     * policy says so, the process is ended.
     */
    public void failed(Throwable cause) {
        become(Phase.FAILED, text(cause));
        unexpected("its thread", cause);
        if (policy == Policy.END_PROCESS) {
            registry.fatal(this, cause);
        }
    }

    /**
     * Marks the component as failed by a condition that it handles: logged, but not counted as
     * unexpected.
     */
    public void gaveUp(Throwable cause) {
        become(Phase.FAILED, text(cause));
        LOG.error("{} gives up: {}", name(), cause.getMessage());
        if (policy == Policy.END_PROCESS) {
            registry.fatal(this, cause);
        }
    }

    /** Marks the component as failed, by {@link #failed} or {@link #gaveUp} as the cause asks. */
    public void ended(S3StreamException cause) {
        if (cause.isUnexpected()) {
            failed(cause);
        } else {
            gaveUp(cause);
        }
    }

    /**
     * Adds a check that runs whenever the state is read, and returns why the running component
     * cannot work now, or null.
     */
    public void watch(Supplier<@Nullable String> impediment) {
        this.impediment = impediment;
    }

    /**
     * Logs and counts an unexpected exception that ended one task of the component, which itself
     * goes on.
     */
    public void unexpected(Throwable cause) {
        unexpected("a task", cause);
    }

    /**
     * As {@link #unexpected(Throwable)}.
     *
     * @param task for the log
     */
    public void unexpected(String task, Throwable cause) {
        lock.lock();
        try {
            failures++;
        } finally {
            lock.unlock();
        }
        registry.count(kind);
        LOG.error("{}: unexpected failure of {}", name(), task, cause);
    }

    /** Marks the component as ended on request; none of its threads is restarted any more. */
    public void stopped() {
        lock.lock();
        try {
            stopped = true;
            stopping.signalAll();
        } finally {
            lock.unlock();
        }
        if (phase != Phase.FAILED) {
            become(Phase.STOPPED, null);
        }
    }

    /** Removes the component from the registry. */
    @Override
    public void close() {
        stopped();
        registry.remove(this);
    }

    /**
     * Returns a thread's code that runs {@code body} once; the end of {@code body} is the
     * component's end.
     */
    public Runnable root(Body body) {
        return () -> {
            try {
                body.run();
                if (phase != Phase.FAILED) {
                    become(Phase.STOPPED, null);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                become(Phase.STOPPED, "interrupted");
            } catch (Throwable e) {
                failed(e);
            }
        };
    }

    /**
     * Returns a thread's code that restarts {@code body}, after a growing pause, whenever an
     * unexpected exception ends it. It is over when {@code body} returns by itself, or after {@link
     * #stopped}.
     */
    public Runnable restarting(Body body) {
        return () -> {
            try {
                int quickFailures = 0;
                while (!isStopped()) {
                    long began = clock.nanoTime();
                    if (endsByItself(body)) {
                        break;
                    }
                    boolean wasHealthy = clock.nanoTime() - began >= HEALTHY_RUN.toNanos();
                    quickFailures = wasHealthy ? 1 : quickFailures + 1;
                    pauseAfter(quickFailures);
                }
                become(Phase.STOPPED, null);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                become(Phase.STOPPED, "interrupted");
            }
        };
    }

    /**
     * Returns code for a task beside the component's threads: an exception is counted, and the
     * component goes on.
     */
    public Runnable task(Body body) {
        return () -> {
            try {
                body.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Throwable e) {
                unexpected(e);
            }
        };
    }

    /** Starts a thread whose end is the component's end. */
    public Thread start(ThreadFactory threads, Body body) {
        Thread thread = threads.newThread(root(body));
        thread.start();
        return thread;
    }

    /** Starts a thread for one task: what it throws is counted, the component goes on. */
    public void startTask(ThreadFactory threads, Body body) {
        threads.newThread(task(body)).start();
    }

    /** Starts a thread that begins anew after what it throws, see {@link #restarting}. */
    public Thread startRestarting(ThreadFactory threads, Body body) {
        Thread thread = threads.newThread(restarting(body));
        thread.start();
        return thread;
    }

    private boolean endsByItself(Body body) throws InterruptedException {
        try {
            running();
            body.run();
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable e) {
            unexpected(e);
            become(Phase.RETRYING, "starts over after " + text(e));
            return false;
        }
    }

    private void pauseAfter(int quickFailures) throws InterruptedException {
        long nanos = FIRST_PAUSE.toNanos() << Math.min(quickFailures - 1, 10);
        long deadline = clock.nanoTime() + Math.min(LONGEST_PAUSE.toNanos(), nanos);
        lock.lock();
        try {
            while (!stopped && deadline - clock.nanoTime() > 0) {
                stopping.awaitFor(deadline - clock.nanoTime());
            }
            restarts += stopped ? 0 : 1;
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    private void become(Phase next, @Nullable String why) {
        lock.lock();
        try {
            // A failure that ends the process is final: a thread that goes on does not take it
            // back.
            boolean ends = phase == Phase.FAILED && policy == Policy.END_PROCESS;
            if (ends || phase == next && java.util.Objects.equals(reason, why)) {
                return;
            }
            if (phase != next) {
                sinceMillis = clock.wallMillis();
            }
            phase = next;
            reason = why;
        } finally {
            lock.unlock();
        }
        registry.changed();
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        String name = cause.getClass().getSimpleName();
        String text = message == null ? name : name + ": " + message;
        return text.length() <= REASON_CHARS_MAX ? text : text.substring(0, REASON_CHARS_MAX);
    }
}
