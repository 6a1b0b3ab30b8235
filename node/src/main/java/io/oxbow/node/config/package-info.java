/**
 * The node's configuration: one properties file, Kafka's names where Kafka has one, {@code oxbow.*}
 * for the node's own.
 *
 * <p>{@link io.oxbow.node.config.NodeConfigKeys} defines every key; {@link
 * io.oxbow.node.config.NodeConfig} is what comes out, validated. An unknown key or a bad value
 * stops the start with a message that names the key, the value and what is allowed.
 */
@NullMarked
package io.oxbow.node.config;

import org.jspecify.annotations.NullMarked;
