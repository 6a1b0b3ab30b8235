package io.oxbow.broker.differential;

import io.oxbow.broker.differential.Contender.Found;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.requests.ListOffsetsRequest;

/** Lists the differences from Kafka that are meant; docs/protocol-support.md has them, too. */
enum Difference {

    /**
     * Answers for the tiered places, which every topic has here, as everything is in the bucket
     * sooner or later.
     */
    TIERED_PLACES {
        @Override
        boolean explains(Scenario scenario, Observed seen) {
            return seen.asksFor(ListOffsetsRequest.LATEST_TIERED_TIMESTAMP)
                    || seen.asksFor(ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP);
        }
    },

    /** Kafka names a record below the log's start, as long as its segment is there. */
    GREATEST_TIMESTAMP_OF_WHAT_IS_LEFT {
        @Override
        boolean explains(Scenario scenario, Observed seen) {
            return seen.asksFor(ListOffsetsRequest.MAX_TIMESTAMP)
                    && seen.kafka().offset() < scenario.trim()
                    && (seen.oxbow().offset() == NONE || seen.oxbow().offset() >= scenario.trim());
        }
    },

    /**
     * Kafka looks only into the first segment that has a great enough timestamp, and finds nothing
     * where that record lies below the log's start.
     */
    LOOK_UP_BEYOND_A_TRIMMED_SEGMENT {
        @Override
        boolean explains(Scenario scenario, Observed seen) {
            return seen.asksForATime()
                    && scenario.trim() > 0
                    && seen.kafka().offset() == NONE
                    && seen.oxbow().offset() == scenario.firstAtOrAfter(seen.time());
        }
    },

    /** The same, where the segment's records have no timestamps: its file's time counts instead. */
    LOOK_UP_BEYOND_A_SEGMENT_WITHOUT_TIMESTAMPS {
        @Override
        boolean explains(Scenario scenario, Observed seen) {
            return seen.asksForATime()
                    && seen.kafka().offset() == NONE
                    && seen.oxbow().offset() == scenario.firstAtOrAfter(seen.time())
                    && scenario.hasBatchWithoutTimestampsBefore(seen.oxbow().offset());
        }
    },

    /** A record's age begins with its append; Kafka's with its timestamp. */
    OLD_TIMESTAMPS_KEPT {
        @Override
        boolean explains(Scenario scenario, Observed seen) {
            return seen.isOfRetention()
                    && retentionMillis(scenario) >= Scenario.HOUR_MILLIS
                    && seen.oxbow().offset() < seen.kafka().offset();
        }
    },

    /** A timestamp in the future counts as the time of append; in Kafka it keeps its segment. */
    FUTURE_TIMESTAMPS_EXPIRE {
        @Override
        boolean explains(Scenario scenario, Observed seen) {
            return seen.isOfRetention()
                    && retentionMillis(scenario) == 1
                    && seen.kafka().offset() < seen.oxbow().offset()
                    && scenario.batchAt(seen.kafka().offset()).maxTimestamp() > scenario.now();
        }
    };

    /**
     * Two answers to one question.
     *
     * @param question the timestamp that was looked up; empty for the start after retention
     */
    record Observed(Optional<Long> question, Found kafka, Found oxbow) {

        boolean isOfRetention() {
            return question.isEmpty();
        }

        boolean asksFor(long place) {
            return question.isPresent() && question.get() == place;
        }

        boolean asksForATime() {
            return question.isPresent() && question.get() >= 0;
        }

        long time() {
            return question.orElseThrow();
        }
    }

    private static final long NONE = -1;

    abstract boolean explains(Scenario scenario, Observed seen);

    static Optional<Difference> of(Scenario scenario, Observed seen) {
        return Arrays.stream(values()).filter(each -> each.explains(scenario, seen)).findFirst();
    }

    private static long retentionMillis(Scenario scenario) {
        Map<String, String> retention = scenario.retention();
        return Long.parseLong(retention.getOrDefault("retention.ms", "0"));
    }
}
