package io.oxbow.broker.offsets;

import java.util.Optional;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.requests.ListOffsetsRequest;

/** The places in a log that ListOffsets names by negative timestamps. */
enum LogPlace {
    LATEST(ListOffsetsRequest.LATEST_TIMESTAMP, 0),
    EARLIEST(ListOffsetsRequest.EARLIEST_TIMESTAMP, 0),
    MAX_TIMESTAMP(ListOffsetsRequest.MAX_TIMESTAMP, 7),
    EARLIEST_LOCAL(ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP, 8),
    LATEST_TIERED(ListOffsetsRequest.LATEST_TIERED_TIMESTAMP, 9),
    EARLIEST_PENDING_UPLOAD(ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP, 11);

    private final long timestamp;
    private final int sinceVersion;

    LogPlace(long timestamp, int sinceVersion) {
        this.timestamp = timestamp;
        this.sinceVersion = sinceVersion;
    }

    /**
     * @return empty for a real timestamp
     * @throws UnsupportedVersionException for a place that the request's version doesn't know
     */
    static Optional<LogPlace> of(long timestamp, short version) {
        if (timestamp >= 0) {
            return Optional.empty();
        }
        for (LogPlace place : values()) {
            if (place.timestamp == timestamp && version >= place.sinceVersion) {
                return Optional.of(place);
            }
        }
        throw new UnsupportedVersionException(
                "timestamp %d is not known to ListOffsets version %d"
                        .formatted(timestamp, version));
    }
}
