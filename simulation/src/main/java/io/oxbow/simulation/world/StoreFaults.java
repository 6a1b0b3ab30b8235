package io.oxbow.simulation.world;

import io.oxbow.simulation.kernel.Chance;
import java.time.Duration;

/**
 * Rates of a bucket's faults, in percent of its requests.
 *
 * @param refused answered 503 (or 409 for a create) at once, and not applied
 * @param dropped lost on the way there: no answer, never applied
 * @param replyLost applied, but no answer comes
 * @param late no answer in time; applied later, perhaps much later
 * @param latencyMax of a request or a reply; most are far below
 * @param latenessMax how long a late request may be under way
 */
public record StoreFaults(
        int refused,
        int dropped,
        int replyLost,
        int late,
        Duration latencyMax,
        Duration latenessMax) {

    /** Time that a client waits for an answer. */
    public static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** Returns a bucket without faults that only takes its time. */
    public static StoreFaults none() {
        return new StoreFaults(0, 0, 0, 0, Duration.ofMillis(20), Duration.ofMillis(1));
    }

    /** Draws rates between those of a good day and a bad one. */
    public static StoreFaults drawn(Chance chance) {
        int badness = chance.oneOf(java.util.List.of(1, 3, 10));
        return new StoreFaults(
                chance.nextInt(2 * badness + 1),
                chance.nextInt(badness + 1),
                chance.nextInt(2 * badness + 1),
                chance.nextInt(2 * badness + 1),
                chance.between(Duration.ofMillis(5), Duration.ofMillis(800)),
                chance.between(Duration.ofSeconds(5), Duration.ofMinutes(2)));
    }
}
