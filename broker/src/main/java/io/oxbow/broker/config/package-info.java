/**
 * Configuration of the broker, under Kafka's names for the keys that mean something here, and of
 * topics.
 *
 * <p>{@link io.oxbow.broker.config.BrokerConfig} is a node's static configuration; {@link
 * io.oxbow.broker.config.TopicConfigs} says what holds for a topic after defaults and dynamic
 * changes; {@link io.oxbow.broker.config.ConfigRules} decides what may be set. All are immutable
 * and thread-safe.
 */
@NullMarked
package io.oxbow.broker.config;

import org.jspecify.annotations.NullMarked;
