/**
 * A run from a seed: chance, time, the scheduler of virtual threads, and processes that crash or
 * pause.
 */
@NullMarked
package io.oxbow.simulation.kernel;

import org.jspecify.annotations.NullMarked;
