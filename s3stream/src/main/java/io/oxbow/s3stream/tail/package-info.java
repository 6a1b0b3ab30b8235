/**
 * Appends that are not in data objects yet.
 *
 * <p>A stream has a {@code Tail} of {@code TailEntry}s, each in a slab of the write-ahead log or,
 * once spilled, in the log alone, from where {@code LogReadBack} gets it. {@code TailMemory}
 * decides which are spilled; {@code AppendBudget} makes appenders wait for uploads. {@code
 * Ownership} is this node's hold on the stream.
 */
@NullMarked
package io.oxbow.s3stream.tail;

import org.jspecify.annotations.NullMarked;
