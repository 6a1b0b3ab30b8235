package io.oxbow.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.apache.kafka.server.common.TransactionVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests transactions whose coordinators and leaders are on different nodes, from seeds. Messages
 * between these are lost, late and doubled, coordinators are succeeded and go on as zombies,
 * leaders die.
 */
@Timeout(300)
class TransactionClusterTest {

    private static final int SEEDS = Integer.getInteger("oxbow.txn.seeds", 60);
    private static final int FIRST = Integer.getInteger("oxbow.txn.seed", 0);

    @ParameterizedTest
    @EnumSource(
            value = TransactionVersion.class,
            names = {"TV_0", "TV_2"})
    void transactionsAreWholeAndNoneStaysOpen(TransactionVersion client) {
        for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
            int now = seed;
            assertThatCode(() -> play(now, client, TransactionCluster.Rule.ALL))
                    .as("seed %d", seed)
                    .doesNotThrowAnyException();
        }
    }

    /** A rule that no seed needs would be none, or the test too weak. */
    @ParameterizedTest
    @EnumSource(
            value = TransactionCluster.Rule.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = "ALL")
    void eachBrokenRuleIsCaught(TransactionCluster.Rule broken) {
        for (int seed = 0; seed < 5_000; seed++) {
            try {
                play(seed, TransactionVersion.TV_0, broken);
            } catch (AssertionError caught) {
                return;
            }
        }
        throw new AssertionError("no seed needs the rule " + broken);
    }

    @Test
    void aSeedPlaysTheSameTwice() {
        for (int seed = 0; seed < 2; seed++) {
            assertThat(play(seed, TransactionVersion.TV_2, TransactionCluster.Rule.ALL))
                    .isEqualTo(play(seed, TransactionVersion.TV_2, TransactionCluster.Rule.ALL));
        }
    }

    private static String play(int seed, TransactionVersion client, TransactionCluster.Rule rule) {
        try (var cluster = new TransactionCluster(seed, client, rule)) {
            cluster.trouble();
            cluster.heal();
            return cluster.check();
        }
    }
}
