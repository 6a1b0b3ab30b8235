package io.oxbow.tableflow.service;

import io.oxbow.tableflow.translate.RoundLimits;

/**
 * @param concurrentRounds how many topics are translated at once; each holds up to {@code
 *     limits.writerBytesMax} and a data file in memory
 */
public record TableServiceConfig(int concurrentRounds, RoundLimits limits) {

    public TableServiceConfig {
        if (concurrentRounds < 1) {
            throw new IllegalArgumentException("at least one round at a time");
        }
    }

    public static TableServiceConfig defaults() {
        return new TableServiceConfig(2, RoundLimits.defaults());
    }
}
