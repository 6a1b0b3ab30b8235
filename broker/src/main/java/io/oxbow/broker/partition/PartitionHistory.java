package io.oxbow.broker.partition;

import java.util.Optional;
import java.util.OptionalInt;

/** Look-ups of a partition's records by time and by leader epoch. Look-ups by time may block. */
public interface PartitionHistory {

    /** An offset with its record's timestamp and leader epoch. */
    record Found(long offset, long timestampMillis, OptionalInt leaderEpoch) {}

    /**
     * @param epoch the greatest epoch at or below the one asked for; -1 when undefined
     * @param endOffset where the next epoch begins, or the log's end; -1 when undefined
     */
    record EpochEnd(int epoch, long endOffset) {
        public static final EpochEnd UNDEFINED = new EpochEnd(-1, -1);
    }

    /** The first record below the high watermark whose timestamp is at or after the one given. */
    Optional<Found> firstAtOrAfter(long timestampMillis);

    /** The first of the records with the greatest timestamp. */
    Optional<Found> maxTimestamp();

    /** The leader epoch under which the offset was or will be written. */
    OptionalInt leaderEpochAt(long offset);

    /** Returns the end of an epoch, as OffsetForLeaderEpoch defines it. */
    EpochEnd endOffsetFor(int leaderEpoch);

    /** Offset after the last record that is in a data object in the bucket. */
    long tieredEndOffset();
}
