package io.oxbow.tableflow.service;

import io.oxbow.tableflow.commit.TranslatedRange;
import io.oxbow.tableflow.translate.RoundResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what a topic's rounds did since this process began. One thread writes, any reads. */
final class RoundCounts {

    private static final Logger LOG = LoggerFactory.getLogger(RoundCounts.class);

    private volatile long rows;
    private volatile long quarantined;
    private volatile long trimmed;
    private volatile long lastCommitMillis;

    /** Counts a round, and logs what left the log before it could be read. */
    void advanced(String topic, RoundResult.Advanced round, long nowMillis) {
        long newRows = 0;
        long newQuarantined = 0;
        long newTrimmed = 0;
        for (TranslatedRange range : round.ranges()) {
            newRows += range.rows();
            newQuarantined += range.quarantined();
            newTrimmed += range.trimmed();
            if (range.trimmed() > 0) {
                LOG.warn(
                        "table of topic {}: offsets [{}, {}) of partition {} left the log before they could be read",
                        topic,
                        range.fromOffset(),
                        range.startOffset(),
                        range.partition());
            }
        }
        rows = rows + newRows;
        quarantined = quarantined + newQuarantined;
        trimmed = trimmed + newTrimmed;
        lastCommitMillis = nowMillis;
    }

    long rows() {
        return rows;
    }

    long quarantined() {
        return quarantined;
    }

    long trimmed() {
        return trimmed;
    }

    long lastCommitMillis() {
        return lastCommitMillis;
    }
}
