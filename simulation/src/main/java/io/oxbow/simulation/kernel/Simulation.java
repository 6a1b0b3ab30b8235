package io.oxbow.simulation.kernel;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;

/** One run: its scheduler, its chance, and the process that watches the engine and disturbs it. */
public final class Simulation {

    private final SimulatedScheduler scheduler;
    private final Chance chance;
    private final SimulatedProcess world;
    private final Journal journal;

    private Simulation(SimulatedScheduler scheduler, Chance chance) {
        this.scheduler = scheduler;
        this.chance = chance;
        this.world = scheduler.process("world");
        this.journal = new Journal(scheduler);
    }

    /** Code of the first thread of a run. */
    @FunctionalInterface
    public interface Body {
        void run(Simulation simulation) throws InterruptedException;
    }

    /**
     * @param failure null when all went well
     * @param whereThreadsStood when it failed
     * @param journal what happened, in words: the last of it
     */
    public record Outcome(
            long steps,
            long traceHash,
            @org.jspecify.annotations.Nullable Throwable failure,
            String whereThreadsStood,
            String journal) {}

    /** Runs {@code body} from {@code seed}, on the calling thread, to its end. */
    public static Outcome run(long seed, long stepsMax, Body body) {
        var scheduler = new SimulatedScheduler(seed, stepsMax);
        var simulation = new Simulation(scheduler, new Chance(~seed));
        Throwable failure = null;
        try {
            scheduler.run(simulation.world, () -> simulation.runBody(body));
        } catch (SimulationFailure e) {
            failure = e;
        }
        return new Outcome(
                scheduler.steps(),
                scheduler.traceHash(),
                failure,
                scheduler.whereThreadsStood(),
                simulation.journal.toString());
    }

    private void runBody(Body body) {
        try {
            body.run(this);
        } catch (InterruptedException e) {
            throw new SimulationFailure("the world was interrupted", e);
        }
    }

    /** Returns the generator of the scenario itself. */
    public Chance chance() {
        return chance;
    }

    /**
     * Returns the process that never dies: bucket, network, and the threads that disturb the
     * engine.
     */
    public SimulatedProcess world() {
        return world;
    }

    public SimulatedProcess process(String name) {
        return scheduler.process(name);
    }

    /** Runs a task later, in the process that never dies. */
    public void later(Duration delay, Runnable task) {
        scheduler.at(delay, world, () -> world.spawn(task));
    }

    /** Runs a task later that never blocks: it needs no thread. */
    public void soon(Duration delay, Runnable task) {
        scheduler.at(delay, world, task);
    }

    /** Calls {@code watcher} between steps; it must not block. */
    public void eachStep(Runnable watcher) {
        scheduler.eachStep(watcher);
    }

    public Clock clock() {
        return world.environment().clock();
    }

    /** Lets simulated time pass. */
    public void sleep(Duration duration) throws InterruptedException {
        clock().sleep(duration);
    }

    /** Adds a value to the trace, by which two runs of a seed are compared. */
    public void note(long value) {
        scheduler.note(value);
    }

    /** Adds an event to the journal, for the reader of a failed run. */
    public void say(String message, Object... values) {
        journal.add(message, values);
    }

    /** Ends the run with this failure as its outcome. */
    public void fail(Throwable cause) {
        scheduler.fail(cause);
    }

    /** Checks an invariant; ends the run if it does not hold. */
    public void check(boolean holds, String message, Object... values) {
        if (!holds) {
            var failure = new SimulationFailure(message.formatted(values));
            scheduler.fail(failure);
            throw failure;
        }
    }
}
