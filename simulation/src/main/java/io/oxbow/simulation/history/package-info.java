/**
 * Checks that one append-only log could have given all results that the clients of one stream saw.
 * {@link io.oxbow.simulation.history.StreamHistory} takes their operations and results, in the
 * order of real time, and throws at the first violation.
 *
 * <p>Knows nothing of the engine or of the simulation. One thread.
 */
@NullMarked
package io.oxbow.simulation.history;

import org.jspecify.annotations.NullMarked;
