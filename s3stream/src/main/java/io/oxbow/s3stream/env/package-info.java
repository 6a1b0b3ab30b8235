/**
 * Time, chance and threads, taken from outside.
 *
 * <p>Core code never asks the machine for the time, for randomness or for a thread by itself: it is
 * handed an {@link io.oxbow.s3stream.env.Environment}. That is what lets the simulation run the
 * production classes, as they are, from a seed.
 */
@NullMarked
package io.oxbow.s3stream.env;

import org.jspecify.annotations.NullMarked;
