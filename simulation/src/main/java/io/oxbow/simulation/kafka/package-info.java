/**
 * Models what Kafka's controller does to partitions, over the application records of the metadata
 * log. {@link io.oxbow.simulation.kafka.ModelController} serves requests where the log is led,
 * {@link io.oxbow.simulation.kafka.ImageFeed} makes Kafka's images of what is committed.
 *
 * <p>Kafka's own controller runs on threads and timed waits of its own, which no simulated
 * scheduler can have. The model takes Kafka's requests and writes Kafka's records.
 */
@NullMarked
package io.oxbow.simulation.kafka;

import org.jspecify.annotations.NullMarked;
