/**
 * The Kafka protocol on streams.
 *
 * <p>{@code network} takes requests off sockets and hands each to the {@link
 * io.oxbow.broker.network.ApiHandler} of its API family; {@code partition} is a Kafka partition on
 * a stream; {@code control} runs Kafka's controller on the metadata log.
 */
@NullMarked
package io.oxbow.broker;

import org.jspecify.annotations.NullMarked;
