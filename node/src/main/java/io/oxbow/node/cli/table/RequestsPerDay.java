package io.oxbow.node.cli.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** Estimate of the requests that a table costs in a day, by its freshness. */
final class RequestsPerDay {

    /**
     * Puts of one commit. They are a data file, its manifest, the manifest list, the metadata, the
     * data object that the records come from, and two slots of the metadata log. Tables that commit
     * at the same ticks share the data object and its slot.
     */
    static final int PUTS_PER_COMMIT = 7;

    private RequestsPerDay() {}

    /** Returns the most puts of a day; 0 where the topic's settings are not valid. */
    static long of(JsonNode status) {
        return commits(status) * PUTS_PER_COMMIT;
    }

    private static long commits(JsonNode status) {
        long freshness = status.path("freshnessGoalMillis").asLong();
        return freshness == 0 ? 0 : Duration.ofDays(1).toMillis() / freshness;
    }

    static String text(JsonNode status) {
        return "one in %,d ms with records: up to %,d puts a day, %,d more for each further partition that is written to"
                .formatted(
                        status.path("freshnessGoalMillis").asLong(), of(status), commits(status));
    }
}
