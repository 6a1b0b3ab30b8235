/**
 * Runs the engine's own classes from a seed. One random generator chooses every interleaving of
 * threads, every moment, every fault of store and disk, so that a failure comes back by its number.
 *
 * <p>Start with {@code kernel.Simulation} (one run), then {@link
 * io.oxbow.simulation.kernel.SimulatedScheduler}. {@code world} holds what surrounds the engine:
 * the bucket, the disk. {@code scenario} and {@code engine} hold the scenarios and their
 * invariants. {@link io.oxbow.simulation.Simulate} is the command line.
 *
 * <p><b>How.</b> The engine's threads are virtual threads whose scheduler is ours: it only queues
 * what is ready, and a seeded loop picks the next. Only one runs at a time, on the loop's thread,
 * until it blocks. Time is a number that moves when nothing is ready (or, by chance, a little
 * before). A process that crashes is never run again; one that is paused is a zombie when it wakes.
 *
 * <p><b>What escapes</b> and is therefore reported as a failure of the run: the JDK's own timed
 * waits, {@code Object.wait}, real I/O that unparks from outside. Interleavings inside code that
 * does not block are not explored.
 */
@NullMarked
package io.oxbow.simulation;

import org.jspecify.annotations.NullMarked;
