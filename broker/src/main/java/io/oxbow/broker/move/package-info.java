/**
 * Moves of partitions between brokers: away from one that ends, to one that comes, and where
 * Kafka's tools want them.
 */
@NullMarked
package io.oxbow.broker.move;

import org.jspecify.annotations.NullMarked;
