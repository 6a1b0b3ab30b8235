/**
 * Runs the broker's own classes for partitions in simulated processes: leaderships, moves, shares,
 * departure, producers' state. Clients produce to them and consume from them.
 *
 * <p>{@code PartitionHost} is one process's part, {@code Traffic} the clients. What they see is
 * checked by {@code RecordHistory}, what partitions do with streams by the histories of streams.
 */
@NullMarked
package io.oxbow.simulation.broker;

import org.jspecify.annotations.NullMarked;
