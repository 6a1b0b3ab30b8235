package io.oxbow.s3stream.compact;

import java.time.Duration;

/**
 * Settings of compaction: rate, memory, interval and goals. Immutable; validated when made.
 *
 * @param bytesPerSecond bound on what is read and written together, as a rule; more when more than
 *     that is uploaded, half of it while the node uploads or reads for clients; 0 for no compaction
 * @param memoryBytes for all that is read ahead and not yet written
 * @param interval how often it is looked for work when there was none
 */
public record CompactionConfig(
        long bytesPerSecond, long memoryBytes, Duration interval, CompactionGoals goals) {

    public CompactionConfig {
        CompactionGoals.require(
                bytesPerSecond >= 0, "bytesPerSecond", bytesPerSecond, "at least 0");
        CompactionGoals.require(
                memoryBytes >= 4L * goals.inputsMax(),
                "memoryBytes",
                memoryBytes,
                "at least four times inputsMax, " + 4 * goals.inputsMax());
        CompactionGoals.require(interval.isPositive(), "interval", interval, "positive");
    }

    /** Returns the defaults: 32 MiB per second, and as much memory. */
    public static CompactionConfig defaults() {
        return new CompactionConfig(
                32L << 20, 32L << 20, Duration.ofSeconds(30), CompactionGoals.defaults());
    }

    /** Returns settings that turn compaction off. */
    public static CompactionConfig off() {
        CompactionConfig defaults = defaults();
        return new CompactionConfig(
                0, defaults.memoryBytes(), defaults.interval(), defaults.goals());
    }

    /**
     * Returns the goals with outputs of at most half the memory, since an output is held in memory
     * until it is put.
     */
    CompactionGoals reachableGoals() {
        long objectBytes = Math.max(1, Math.min(goals.objectBytes(), memoryBytes / 2));
        return new CompactionGoals(
                Math.min(goals.singleBytes(), objectBytes),
                objectBytes,
                goals.inputsMax(),
                goals.gainBits(),
                goals.sharedObjectsMax(),
                goals.runsMax());
    }

    /**
     * Returns the bytes that are read from one input at a time: half of the memory is shared by all
     * inputs.
     */
    int windowBytes() {
        return (int) Math.min(4 << 20, memoryBytes / 2 / goals.inputsMax());
    }
}
