package io.oxbow.simulation.kernel;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Decides which thread runs next, and when time moves. The caller of {@link #run} is the only
 * platform thread at work; it runs one virtual thread at a time until that blocks. The same seed
 * makes the same decisions: {@link #traceHash()} shows it.
 */
public final class SimulatedScheduler {

    public static final String WOKEN_FROM_OUTSIDE =
            "a thread was woken from outside the simulation";

    private static final Duration SLOWNESS_MAX = Duration.ofSeconds(2);

    /** Ways to pick the next of several ready threads; a seed has one. */
    private enum Habit {
        UNIFORM,
        NEWEST_MOSTLY,
        OLDEST_MOSTLY
    }

    /**
     * @param thread the number of the thread, in order of creation
     */
    private record Ready(SimulatedProcess process, long thread, Runnable continuation) {}

    private static final class Timer implements Comparable<Timer> {
        final long dueNanos;
        final long sequence;
        final SimulatedProcess process;
        final Runnable task;
        boolean cancelled;

        Timer(long dueNanos, long sequence, SimulatedProcess process, Runnable task) {
            this.dueNanos = dueNanos;
            this.sequence = sequence;
            this.process = process;
            this.task = task;
        }

        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(dueNanos, other.dueNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final Chance chance;
    private final Habit habit;
    private final int timerEagerness;
    private final long stepsMax;
    private final Thread loop = Thread.currentThread();
    private final List<SimulatedProcess> processes = new ArrayList<>();
    private final List<Ready> ready = new ArrayList<>();
    private final List<Ready> held = new ArrayList<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final List<Timer> heldTimers = new ArrayList<>();
    private long nowNanos;
    private long steps;
    private long timersMade;
    private long threadsMade;
    private long traceHash = 0xcbf29ce484222325L;
    private String whereThreadsStood = "";
    private final List<Runnable> watchers = new ArrayList<>();
    private volatile @Nullable Throwable failure;

    /**
     * @param stepsMax a run of more steps is taken for one that hangs
     */
    public SimulatedScheduler(long seed, long stepsMax) {
        this.chance = new Chance(seed);
        this.habit = chance.oneOf(List.of(Habit.values()));
        this.timerEagerness = chance.oneOf(List.of(0, 0, 300, 30));
        this.stepsMax = stepsMax;
    }

    public long steps() {
        return steps;
    }

    public long nowNanos() {
        return nowNanos;
    }

    /** Returns a number made of every decision so far and of every {@link #note}. */
    public long traceHash() {
        return traceHash;
    }

    /** Returns the stacks of all threads at the moment the run failed. */
    public String whereThreadsStood() {
        return whereThreadsStood;
    }

    /** Adds a value to the trace. */
    public void note(long value) {
        traceHash = (traceHash ^ value) * 0x100000001b3L;
        traceHash ^= traceHash >>> 29;
    }

    /** Calls {@code watcher} between steps, on the loop's thread: it must not block. */
    void eachStep(Runnable watcher) {
        watchers.add(watcher);
    }

    public SimulatedProcess process(String name) {
        var process = new SimulatedProcess(name, this, chance.split());
        processes.add(process);
        return process;
    }

    /** Ends the run with this failure as its outcome; the first one counts. */
    public void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    void uncaught(Thread thread, Throwable cause) {
        fail(
                cause instanceof SimulationFailure
                        ? cause
                        : new SimulationFailure(
                                "thread %s died of %s".formatted(thread.getName(), cause), cause));
    }

    /**
     * Runs {@code body} as {@code process}'s first thread, and all that it starts, until it
     * returns.
     *
     * @throws SimulationFailure when something threw, nothing can go on, or nothing ends
     */
    public void run(SimulatedProcess process, Runnable body) {
        if (Thread.currentThread() != loop) {
            throw new IllegalStateException("run by another thread than it was made by");
        }
        Thread main = process.spawn(body);
        while (failure == null && main.isAlive()) {
            onTheLoop(this::step);
            for (Runnable watcher : watchers) {
                onTheLoop(watcher);
            }
        }
        whereThreadsStood = failure == null ? "" : dump();
        List<SimulatedProcess> all = List.copyOf(processes);
        all.forEach(SimulatedProcess::crash);
        Throwable cause = failure;
        if (cause != null) {
            throw cause instanceof SimulationFailure known
                    ? known
                    : new SimulationFailure(cause.toString(), cause);
        }
    }

    private void onTheLoop(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void step() {
        if (++steps > stepsMax) {
            fail(new SimulationFailure("no end after %d steps".formatted(stepsMax)));
            return;
        }
        if (ready.isEmpty() || (isTimerNear() && chance.oneIn(timerEagerness))) {
            if (!fireNextTimer() && ready.isEmpty()) {
                fail(
                        new SimulationFailure(
                                "deadlock: nothing is ready, no timer is set\n" + dump()));
            }
            return;
        }
        int index = pick();
        Ready next = ready.remove(index);
        note(index);
        note(next.thread());
        note(nowNanos);
        next.continuation().run();
    }

    private int pick() {
        int count = ready.size();
        return switch (habit) {
            case UNIFORM -> chance.nextInt(count);
            case NEWEST_MOSTLY -> chance.percent(75) ? count - 1 : chance.nextInt(count);
            case OLDEST_MOSTLY -> chance.percent(75) ? 0 : chance.nextInt(count);
        };
    }

    /**
     * Returns true if a timer is due soon. Threads that are ready are kept from running by so much
     * at most: a slow machine.
     */
    private boolean isTimerNear() {
        Timer next = nextTimer();
        return next != null && next.dueNanos - nowNanos < SLOWNESS_MAX.toNanos();
    }

    private @Nullable Timer nextTimer() {
        Timer next = timers.peek();
        while (next != null && (next.cancelled || next.process.isDead())) {
            timers.remove();
            next = timers.peek();
        }
        return next;
    }

    private boolean fireNextTimer() {
        Timer timer = nextTimer();
        if (timer == null) {
            return false;
        }
        timers.remove();
        nowNanos = Math.max(nowNanos, timer.dueNanos);
        if (timer.process.state() == SimulatedProcess.State.PAUSED) {
            heldTimers.add(timer);
        } else {
            note(timer.sequence);
            timer.task.run();
        }
        return true;
    }

    Clock.Cancellable at(Duration delay, SimulatedProcess process, Runnable task) {
        long due = nowNanos + Math.max(0, delay.toNanos());
        var timer = new Timer(due, timersMade++, process, task);
        timers.add(timer);
        return () -> timer.cancelled = true;
    }

    long nextThread() {
        return threadsMade++;
    }

    /** Queues a thread that can go on; called by the JDK. */
    void ready(SimulatedProcess process, long thread, Runnable continuation) {
        if (Thread.currentThread() != loop && !Thread.currentThread().isVirtual()) {
            fail(
                    new SimulationFailure(
                            "%s, by %s: a timed wait of the JDK's, Object.wait, or real I/O"
                                    .formatted(WOKEN_FROM_OUTSIDE, Thread.currentThread())));
            return;
        }
        switch (process.state()) {
            case RUNNING -> ready.add(new Ready(process, thread, continuation));
            case PAUSED -> held.add(new Ready(process, thread, continuation));
            case DEAD -> {}
        }
    }

    void hold(SimulatedProcess process) {
        move(ready, held, process);
    }

    void release(SimulatedProcess process) {
        move(held, ready, process);
        heldTimers.stream().filter(timer -> timer.process == process).forEach(timers::add);
        heldTimers.removeIf(timer -> timer.process == process);
    }

    void forget(SimulatedProcess process) {
        ready.removeIf(each -> each.process() == process);
        held.removeIf(each -> each.process() == process);
        heldTimers.removeIf(timer -> timer.process == process);
        processes.remove(process);
    }

    private static void move(List<Ready> from, List<Ready> to, SimulatedProcess process) {
        for (Ready each : from) {
            if (each.process() == process) {
                to.add(each);
            }
        }
        from.removeIf(each -> each.process() == process);
    }

    private String dump() {
        var report = new StringBuilder();
        for (SimulatedProcess process : processes) {
            report.append(process.name()).append(' ').append(process.state()).append('\n');
            report.append(process.dump());
        }
        return report.toString();
    }
}
