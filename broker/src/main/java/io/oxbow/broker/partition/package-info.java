/**
 * A Kafka partition on a stream: validation, offsets, idempotence, leader epochs, reads.
 *
 * <p>{@link io.oxbow.broker.partition.Partition} is one that this broker leads; {@link
 * io.oxbow.broker.partition.Partitions} is all of them.
 */
@NullMarked
package io.oxbow.broker.partition;

import org.jspecify.annotations.NullMarked;
