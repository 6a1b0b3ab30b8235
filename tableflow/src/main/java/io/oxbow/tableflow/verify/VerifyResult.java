package io.oxbow.tableflow.verify;

import io.oxbow.tableflow.commit.ForeignLedger;
import java.util.List;
import java.util.Map;

/** Result of a verification. */
public sealed interface VerifyResult {

    /** Returns the report of each partition. */
    List<PartitionReport> partitions();

    /** Returns the changes of rows by others than the translation. */
    ForeignChanges foreignChanges();

    /** The table holds the records of its log up to its progress, but for what others changed. */
    record Right(List<PartitionReport> partitions, ForeignChanges foreignChanges)
            implements VerifyResult {

        /** Returns the number of records in the log that are not in the table yet. */
        public long lag() {
            return partitions.stream().mapToLong(PartitionReport::lag).sum();
        }

        /** Returns the number of offsets that the table has and the log no longer does. */
        public long notVerifiable() {
            return partitions.stream().mapToLong(PartitionReport::notVerifiable).sum();
        }
    }

    /**
     * @param findings the first of each kind, in order; never empty
     * @param totals how many there are of each kind
     */
    record Wrong(
            List<PartitionReport> partitions,
            ForeignChanges foreignChanges,
            List<Finding> findings,
            Map<Kind, Long> totals)
            implements VerifyResult {}

    /**
     * Changes of rows by others.
     *
     * @param compared by the snapshot that did it, oldest first
     * @param notCompared what nobody can tell row by row any more
     */
    record ForeignChanges(List<ForeignChange> compared, NotCompared notCompared) {}

    /**
     * Rows that are missing or differ, beside changes by others whose predecessors are expired.
     *
     * @param changes with bounds of how many rows each can have changed
     */
    record NotCompared(ForeignLedger changes, long missing, long differing) {

        /** Returns whether these changes can have been enough rows to explain all of them. */
        public boolean canBeAll() {
            return missing <= changes.deletedMax() && differing <= changes.rewrittenMax();
        }
    }

    /**
     * Rows that were right until a foreign snapshot.
     *
     * @param deleted rows that it took away
     * @param altered rows that it changed
     */
    record ForeignChange(
            long snapshotId, long timestampMillis, String operation, long deleted, long altered) {}

    /**
     * @param fromOffset the first offset compared
     * @param toOffset after the last one compared
     * @param rows found in the table
     * @param quarantined found in the quarantine
     * @param expired in the log, and gone from the table by its own retention
     * @param digest SHA-256 over the offsets that both have and the records' contents, in order
     */
    record PartitionReport(
            int partition,
            long fromOffset,
            long toOffset,
            long rows,
            long quarantined,
            long expired,
            long lag,
            long notVerifiable,
            String digest) {}

    /** One thing that is wrong. */
    record Finding(int partition, long offset, Kind kind, String what) {
        @Override
        public String toString() {
            return "partition %d offset %d: %s".formatted(partition, offset, what);
        }
    }

    /** Kinds of findings. */
    enum Kind {
        MISSING,
        DUPLICATE,
        ALTERED,
        UNEXPECTED
    }
}
