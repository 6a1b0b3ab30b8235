/**
 * Kafka's control plane on the metadata log.
 *
 * <p>Kafka's own {@code QuorumController} decides, its {@code MetadataLoader} replays, its {@code
 * KRaftMetadataCache} answers; {@link io.oxbow.broker.control.MetadataRaftClient} puts them on the
 * application family of the metadata log. Kafka's offsets are dense and count Kafka's records only.
 *
 * <p>Threads: the controller and the loader each have one of Kafka's event queues; {@link
 * io.oxbow.broker.control.Leaderships} opens and closes partitions on a thread of its own, because
 * that waits for the bucket; {@link io.oxbow.broker.control.BrokerSession} heartbeats on another.
 *
 * <p>Invariants: a partition is led here only at a leader epoch that the image gives to this very
 * process (its incarnation), and one leader epoch is served by one open of its stream. A controller
 * claims leadership only for this process, never for an earlier one of the same node.
 *
 * <p>Start with {@link io.oxbow.broker.control.ControlPlane}.
 */
@NullMarked
package io.oxbow.broker.control;

import org.jspecify.annotations.NullMarked;
