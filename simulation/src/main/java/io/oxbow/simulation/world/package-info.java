/**
 * The surroundings of the engine in a simulation. They are a bucket whose answers get lost or come
 * late, and a disk that forgets what was not synced.
 *
 * <p>Everything here runs under the one scheduler, so nothing needs a lock.
 */
@NullMarked
package io.oxbow.simulation.world;

import org.jspecify.annotations.NullMarked;
