/**
 * Produce: the records of a request become appends of partitions, and its reply waits for their
 * commits.
 *
 * <p>{@link io.oxbow.broker.produce.ProduceHandler} → {@code ProduceWork} → {@code
 * Partition.append} → {@code ProduceReply}.
 */
@NullMarked
package io.oxbow.broker.produce;

import org.jspecify.annotations.NullMarked;
