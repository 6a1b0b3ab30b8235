/**
 * Budgets for memory that clients make the process hold.
 *
 * <p>{@link io.oxbow.s3stream.memory.MemoryBudget} counts; whoever serves clients reserves before
 * bytes are taken from a socket, decoded or put together for a reply, and decides what a refusal
 * means: to stop reading, to send less, or to say so.
 */
@NullMarked
package io.oxbow.s3stream.memory;

import org.jspecify.annotations.NullMarked;
