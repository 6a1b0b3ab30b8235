package io.oxbow.simulation.kernel;

import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * A process inside the simulation: its threads, its clock, its randomness. It can crash, after
 * which none of its threads ever runs again, and it can be paused, after which it goes on as if
 * nothing had happened: a zombie.
 */
public final class SimulatedProcess {

    enum State {
        RUNNING,
        PAUSED,
        DEAD
    }

    private static final int PRUNE_AT = 64;

    private final String name;
    private final SimulatedScheduler scheduler;
    private final Environment environment;
    private final SimulatedClock clock;
    private final List<Thread> threads = new ArrayList<>();
    private int threadsMade;
    private State state = State.RUNNING;

    SimulatedProcess(String name, SimulatedScheduler scheduler, Chance chance) {
        this.name = name;
        this.scheduler = scheduler;
        ThreadFactory factory = this::newThread;
        this.clock = new SimulatedClock(scheduler, this, chance.nextInt(3_600_000));
        this.environment = new Environment(clock, factory, factory, chance);
    }

    public String name() {
        return name;
    }

    /** Returns the environment of the engine in this process. */
    public Environment environment() {
        return environment;
    }

    public boolean isDead() {
        return state == State.DEAD;
    }

    State state() {
        return state;
    }

    private Thread newThread(Runnable body) {
        long number = scheduler.nextThread();
        Thread thread =
                VirtualThreads.on(continuation -> scheduler.ready(this, number, continuation))
                        .name(name + "-" + threadsMade++)
                        .uncaughtExceptionHandler(scheduler::uncaught)
                        .unstarted(body);
        if (threads.size() >= PRUNE_AT && threadsMade % PRUNE_AT == 0) {
            threads.removeIf(each -> each.getState() == Thread.State.TERMINATED);
        }
        threads.add(thread);
        return thread;
    }

    /** Sets the process's wall clock forwards or back. */
    public void jumpWall(Duration by) {
        clock.jumpWall(by);
    }

    public boolean isRunning() {
        return state == State.RUNNING;
    }

    /** Starts a thread of this process; what it throws fails the run. */
    public Thread spawn(Runnable body) {
        Thread thread = newThread(body);
        thread.start();
        return thread;
    }

    /** Ends the process where it stands. */
    public void crash() {
        state = State.DEAD;
        scheduler.forget(this);
    }

    /** Pauses the process until {@link #resume()}. */
    public void pause() {
        if (state == State.RUNNING) {
            state = State.PAUSED;
            scheduler.hold(this);
        }
    }

    public void resume() {
        if (state == State.PAUSED) {
            state = State.RUNNING;
            scheduler.release(this);
        }
    }

    /** Returns the stacks of the process's threads, for a report. */
    String dump() {
        var report = new StringBuilder();
        for (Thread thread : threads) {
            if (thread.isAlive()) {
                report.append("  ").append(thread.getName()).append(' ').append(thread.getState());
                StackTraceElement[] stack = thread.getStackTrace();
                int shown = 0;
                for (StackTraceElement frame : stack) {
                    if (frame.getClassName().startsWith("io.oxbow") && shown++ < 5) {
                        report.append("\n      ").append(frame);
                    }
                }
                report.append('\n');
            }
        }
        return report.toString();
    }
}
