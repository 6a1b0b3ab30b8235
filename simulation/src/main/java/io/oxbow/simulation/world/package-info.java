/**
 * What surrounds the engine in a simulation: a bucket whose answers get lost, come late or not at
 * all, and a disk that forgets what was not synced.
 *
 * <p>Everything here runs under the one scheduler, so nothing needs a lock.
 */
@NullMarked
package io.oxbow.simulation.world;

import org.jspecify.annotations.NullMarked;
