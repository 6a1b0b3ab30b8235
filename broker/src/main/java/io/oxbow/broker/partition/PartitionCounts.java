package io.oxbow.broker.partition;

/**
 * Counts of a partition since its broker opened it; each only ever grows.
 *
 * @param requests appends, and fetches that found records
 */
public record PartitionCounts(long appendedBytes, long fetchedBytes, long requests) {

    /** Counts of a partition that nobody has used. */
    public static final PartitionCounts NONE = new PartitionCounts(0, 0, 0);

    /** Returns the counts of a partition now. */
    static PartitionCounts of(Partition partition) {
        PartitionTraffic traffic = partition.traffic();
        return new PartitionCounts(
                partition.appendedBytes(), traffic.fetchedBytes(), traffic.requests());
    }

    /** Returns what was counted since; all of it if the partition was opened again meanwhile. */
    public PartitionCounts since(PartitionCounts earlier) {
        boolean reopened =
                appendedBytes < earlier.appendedBytes
                        || fetchedBytes < earlier.fetchedBytes
                        || requests < earlier.requests;
        return reopened
                ? this
                : new PartitionCounts(
                        appendedBytes - earlier.appendedBytes,
                        fetchedBytes - earlier.fetchedBytes,
                        requests - earlier.requests);
    }
}
