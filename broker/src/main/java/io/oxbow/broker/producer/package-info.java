/**
 * Producers of one partition, and their transactions: retries, gaps, zombies, the last stable
 * offset and what was aborted.
 *
 * <p>{@link io.oxbow.broker.producer.ProducerStates} judges batches and markers under the
 * partition's lock; {@link io.oxbow.broker.producer.Transactions} is what readers see of them, and
 * has a lock of its own.
 */
@NullMarked
package io.oxbow.broker.producer;

import org.jspecify.annotations.NullMarked;
