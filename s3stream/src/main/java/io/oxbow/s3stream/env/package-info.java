/**
 * Environment of the engine (time, randomness, threads) and the health of its components.
 *
 * <p>Core code never asks the machine for the time, for randomness or for a thread by itself: it is
 * handed an {@link io.oxbow.s3stream.env.Environment}. That is what lets the simulation run the
 * production classes, as they are, from a seed.
 *
 * <p>Whatever lives as long as the process, or owns a thread, is a {@link
 * io.oxbow.s3stream.env.Component} of the environment's {@link
 * io.oxbow.s3stream.env.HealthRegistry}, and each thread's code goes through {@link
 * io.oxbow.s3stream.env.Component#root}, {@code restarting} or {@code task}.
 */
@NullMarked
package io.oxbow.s3stream.env;

import org.jspecify.annotations.NullMarked;
