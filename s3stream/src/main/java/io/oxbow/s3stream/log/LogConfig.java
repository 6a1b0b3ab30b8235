package io.oxbow.s3stream.log;

import java.time.Duration;
import java.util.UUID;

/**
 * Settings of the metadata log for one process.
 *
 * @param nodeId of this process
 * @param incarnation random per process
 * @param slotBytesMax what a slot may hold before more waits for the next; one unit may be larger
 * @param commitLinger how long object commits that wait alone are held back for others to join
 * @param pollInterval between looks of a follower for new slots
 * @param retryAtLeast first pause before a request is tried again; doubles each time
 * @param retryAtMost longest pause
 * @param snapshotEverySlots the leader writes a snapshot after this many slots
 * @param snapshotEveryBytes or after this many bytes of slots
 * @param questions of a newcomer to the leader, in the bucket
 * @param members questions of a cluster's members, whom their leader misses at once
 */
public record LogConfig(
        int nodeId,
        UUID incarnation,
        int slotBytesMax,
        Duration commitLinger,
        Duration pollInterval,
        Duration retryAtLeast,
        Duration retryAtMost,
        int snapshotEverySlots,
        long snapshotEveryBytes,
        Questions questions,
        Questions members) {

    /**
     * Timing of the questions that a newcomer leaves in the bucket for the leader.
     *
     * @param look between two looks of an idle leader for a question
     * @param poll between two looks of a newcomer for the answer
     * @param patience how long a question must lie unanswered before its leader counts as gone
     */
    public record Questions(Duration look, Duration poll, Duration patience) {

        /**
         * Returns the usual timing, with which a living leader has three looks before it counts as
         * gone.
         */
        public static Questions usual() {
            return new Questions(
                    Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(15));
        }

        /** Returns the usual timing among members of a cluster. */
        public static Questions ofMembers() {
            return new Questions(
                    Duration.ofSeconds(1), Duration.ofMillis(250), Duration.ofSeconds(3));
        }

        public Questions {
            require(look.isPositive(), "look", look);
            require(poll.isPositive(), "poll", poll);
            require(patience.compareTo(look) > 0, "patience", patience);
        }
    }

    /** Makes settings with the usual timing of questions. */
    public LogConfig(
            int nodeId,
            UUID incarnation,
            int slotBytesMax,
            Duration commitLinger,
            Duration pollInterval,
            Duration retryAtLeast,
            Duration retryAtMost,
            int snapshotEverySlots,
            long snapshotEveryBytes) {
        this(
                nodeId,
                incarnation,
                slotBytesMax,
                commitLinger,
                pollInterval,
                retryAtLeast,
                retryAtMost,
                snapshotEverySlots,
                snapshotEveryBytes,
                Questions.usual(),
                Questions.ofMembers());
    }

    public LogConfig {
        require(nodeId >= 0, "nodeId", nodeId);
        require(slotBytesMax > 0, "slotBytesMax", slotBytesMax);
        require(!commitLinger.isNegative(), "commitLinger", commitLinger);
        require(pollInterval.isPositive(), "pollInterval", pollInterval);
        require(retryAtLeast.isPositive(), "retryAtLeast", retryAtLeast);
        require(retryAtMost.compareTo(retryAtLeast) >= 0, "retryAtMost", retryAtMost);
        require(snapshotEverySlots > 0, "snapshotEverySlots", snapshotEverySlots);
        require(snapshotEveryBytes > 0, "snapshotEveryBytes", snapshotEveryBytes);
    }

    /** Returns the usual settings. */
    public static LogConfig of(int nodeId, UUID incarnation) {
        return new LogConfig(
                nodeId,
                incarnation,
                1 << 20,
                Duration.ofMillis(20),
                Duration.ofMillis(500),
                Duration.ofMillis(20),
                Duration.ofSeconds(2),
                5_000,
                64L << 20);
    }

    private static void require(boolean condition, String name, Object value) {
        if (!condition) {
            throw new IllegalArgumentException("%s: %s is not allowed".formatted(name, value));
        }
    }
}
