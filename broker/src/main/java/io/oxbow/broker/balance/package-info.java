/**
 * Balance of the partitions over the brokers, by measured load.
 *
 * <pre>
 *   each broker's counts → {@link io.oxbow.broker.balance.LoadMeter}: loads, smoothed
 *   image and loads → {@link io.oxbow.broker.balance.Scene} → {@link io.oxbow.broker.balance.BalancePlanner}: moves, with reasons
 *   {@link io.oxbow.broker.balance.Balancer}, where the metadata log is led: asks, plans, begins the moves
 * </pre>
 */
@NullMarked
package io.oxbow.broker.balance;

import org.jspecify.annotations.NullMarked;
