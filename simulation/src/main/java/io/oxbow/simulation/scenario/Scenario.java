package io.oxbow.simulation.scenario;

import io.oxbow.simulation.kernel.Simulation;

/** A simulation to run, with its invariants. Without state: one instance runs many seeds. */
public interface Scenario {

    /** Returns the name for the command line. */
    String name();

    /** Runs once; throws or calls {@link Simulation#check} when something does not hold. */
    void run(Simulation simulation, Seams seams) throws InterruptedException;

    /** Returns the number of steps after which a run is taken for one that hangs. */
    long stepsMax();
}
