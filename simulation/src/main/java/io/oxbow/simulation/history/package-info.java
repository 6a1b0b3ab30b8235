/**
 * Says whether what clients of one stream saw could have been seen of one append-only log: {@link
 * io.oxbow.simulation.history.StreamHistory} takes what they did and saw, in the order of real
 * time, and throws at the first thing that could not be.
 *
 * <p>Knows nothing of the engine or of the simulation. One thread.
 */
@NullMarked
package io.oxbow.simulation.history;

import org.jspecify.annotations.NullMarked;
