/**
 * The scenarios of the simulation, and the invariants that must hold in them.
 *
 * <p>A {@link io.oxbow.simulation.scenario.Scenario} drives production classes over the simulated
 * world and checks the invariants of the metadata log, the write-ahead log and the streams, at each
 * step where it can and at quiescence for the rest. {@link io.oxbow.simulation.scenario.Seams} is
 * where a test puts in something broken, to show that it would be found.
 */
@NullMarked
package io.oxbow.simulation.scenario;

import org.jspecify.annotations.NullMarked;
