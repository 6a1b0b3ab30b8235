/**
 * Configuration of the broker, under Kafka's names for the keys that mean something here, and of
 * topics.
 *
 * <p>{@link io.oxbow.broker.config.BrokerConfig} is a node's static configuration; {@link
 * io.oxbow.broker.config.TopicConfigs} resolves the configuration of a topic, defaults and dynamic
 * changes included; {@link io.oxbow.broker.config.ConfigRules} validates changes. All are immutable
 * and thread-safe.
 */
@NullMarked
package io.oxbow.broker.config;

import org.jspecify.annotations.NullMarked;
