package io.oxbow.broker.offsets;

import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.PartitionHistory.Found;
import io.oxbow.broker.partition.StreamErrors;
import io.oxbow.s3stream.S3StreamException;
import java.util.Optional;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.requests.ListOffsetsResponse;

/**
 * Finds the offset that ListOffsets asks for. The tiered places (KIP-405, 1005, 1023) are about the
 * bucket: what is in data objects there is tiered, and everything is local, since this broker
 * serves all of it.
 */
final class OffsetLookup {

    private OffsetLookup() {}

    /**
     * @return empty when there is no such record
     */
    static Optional<Found> in(
            Partition partition, long timestamp, short version, IsolationLevel isolation) {
        Optional<LogPlace> place = LogPlace.of(timestamp, version);
        long end =
                isolation == IsolationLevel.READ_COMMITTED
                        ? partition.lastStableOffset()
                        : partition.highWatermark();
        try {
            return place.isEmpty()
                    ? partition
                            .history()
                            .firstAtOrAfter(timestamp)
                            .filter(found -> found.offset() < end)
                    : at(place.get(), partition, end);
        } catch (S3StreamException e) {
            throw StreamErrors.toKafka(e);
        }
    }

    private static Optional<Found> at(LogPlace place, Partition partition, long end) {
        long start = partition.logStartOffset();
        long tieredEnd = partition.history().tieredEndOffset();
        return switch (place) {
            case EARLIEST, EARLIEST_LOCAL -> found(partition, start);
            case LATEST -> found(partition, end);
            case MAX_TIMESTAMP -> partition.history().maxTimestamp();
            case LATEST_TIERED ->
                    tieredEnd > start ? found(partition, tieredEnd - 1) : Optional.empty();
            case EARLIEST_PENDING_UPLOAD -> found(partition, Math.max(start, tieredEnd));
        };
    }

    private static Optional<Found> found(Partition partition, long offset) {
        return Optional.of(
                new Found(
                        offset,
                        ListOffsetsResponse.UNKNOWN_TIMESTAMP,
                        partition.history().leaderEpochAt(offset)));
    }
}
