package io.oxbow.broker.balance;

import java.time.Duration;

/**
 * Settings of the balancer.
 *
 * @param enabled whether it makes the moves that it plans
 * @param interval between rounds
 */
public record BalanceSettings(boolean enabled, Duration interval) {

    /** Settings of a broker that nobody has configured. */
    public static final BalanceSettings USUAL = new BalanceSettings(true, Duration.ofSeconds(5));
}
