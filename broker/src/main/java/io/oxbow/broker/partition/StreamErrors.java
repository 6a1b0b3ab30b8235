package io.oxbow.broker.partition;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.S3StreamException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;

/** The one place where a stream's errors become Kafka's. */
public final class StreamErrors {

    private StreamErrors() {}

    /**
     * What a client is told. Fenced streams and unknown outcomes both make it ask for the leader
     * and try again there; an idempotent producer's retry is recognised.
     */
    public static ApiException toKafka(S3StreamException e) {
        return switch (e) {
            case OffsetOutOfRangeException out ->
                    new org.apache.kafka.common.errors.OffsetOutOfRangeException(
                            out.getMessage(), out);
            case FencedException fenced ->
                    new NotLeaderOrFollowerException(fenced.getMessage(), fenced);
            default -> new KafkaStorageException(e.getMessage(), e);
        };
    }
}
