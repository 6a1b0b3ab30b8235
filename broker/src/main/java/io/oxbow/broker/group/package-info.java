/**
 * Consumer groups: Kafka's own coordinator, its state kept in {@code __consumer_offsets}.
 *
 * <p>Kafka's {@code GroupCoordinatorService} decides and keeps state; {@link
 * io.oxbow.broker.group.GroupLog} writes what it decides to partitions and tells it when that is
 * durable, {@link io.oxbow.broker.group.GroupLoader} replays it to a new coordinator. {@link
 * io.oxbow.broker.group.Groups} puts them together and is where to start.
 *
 * <p>Threads: the coordinator's own event threads append; high watermarks come on the WAL's
 * completion thread and are only passed on; each load runs on a virtual thread.
 *
 * <p>Invariant: a coordinator writes only within the tenure it was loaded in. A tenure begins when
 * the partition is led and ends when it is given up; one that was loaded in an earlier tenure is
 * refused, even if this broker leads the partition again.
 */
@NullMarked
package io.oxbow.broker.group;

import org.jspecify.annotations.NullMarked;
