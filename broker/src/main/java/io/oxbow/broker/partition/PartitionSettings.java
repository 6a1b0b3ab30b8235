package io.oxbow.broker.partition;

import io.oxbow.s3stream.env.Environment;
import java.time.Duration;

/**
 * Settings of partitions.
 *
 * @param environment clock and threads
 * @param producerIdExpirationMillis a producer that was silent for so long is forgotten ({@code
 *     producer.id.expiration.ms})
 * @param checkpointBytes state is checkpointed when a partition has taken this many bytes since the
 *     last time; about what opening it after a crash may have to read again
 * @param checkpointInterval and at this interval, if it has taken {@code checkpointBytes / 16}
 */
public record PartitionSettings(
        Environment environment,
        long producerIdExpirationMillis,
        int checkpointBytes,
        Duration checkpointInterval) {

    public PartitionSettings {
        if (checkpointBytes < 1 || producerIdExpirationMillis < 1) {
            throw new IllegalArgumentException(
                    "checkpointBytes %d, producerIdExpirationMillis %d: at least 1"
                            .formatted(checkpointBytes, producerIdExpirationMillis));
        }
    }

    /** Kafka's defaults, and a checkpoint every 16 MiB. */
    public static PartitionSettings of(Environment environment) {
        return new PartitionSettings(
                environment, Duration.ofDays(1).toMillis(), 16 << 20, Duration.ofSeconds(30));
    }
}
