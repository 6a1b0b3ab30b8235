package io.oxbow.broker.partition;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.S3StreamException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;

/** Translates a stream's errors to Kafka's; nothing else does. */
public final class StreamErrors {

    private StreamErrors() {}

    /**
     * Returns the error that a client is told. Fenced streams and unknown outcomes both make it ask
     * for the leader and try again there; an idempotent producer's retry is recognised.
     */
    public static ApiException toKafka(S3StreamException e) {
        return switch (e) {
            case OffsetOutOfRangeException out ->
                    new org.apache.kafka.common.errors.OffsetOutOfRangeException(
                            out.getMessage(), out);
            case FencedException fenced ->
                    new NotLeaderOrFollowerException(fenced.getMessage(), fenced);
            // On this error Kafka's consumers report the offset, and do not retry for ever in
            // silence.
            case DamagedException damaged ->
                    new CorruptRecordException(damaged.getMessage(), damaged);
            case CorruptException corrupt ->
                    new CorruptRecordException(corrupt.getMessage(), corrupt);
            default -> new KafkaStorageException(e.getMessage(), e);
        };
    }
}
