package io.oxbow.s3stream;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/**
 * Name of a stream: a topic's partition, and the kind of content.
 *
 * @param topicId the owner's id; never reused
 * @param partition 0-based
 * @param kind what the stream holds
 */
public record StreamName(UUID topicId, int partition, Kind kind) {

    /** Names the topic by its id as Kafka's tools print it. */
    @Override
    public String toString() {
        ByteBuffer id = ByteBuffer.allocate(2 * Long.BYTES);
        id.putLong(topicId.getMostSignificantBits()).putLong(topicId.getLeastSignificantBits());
        return "%s of topic id %s, partition %d"
                .formatted(
                        kind,
                        Base64.getUrlEncoder().withoutPadding().encodeToString(id.array()),
                        partition);
    }

    /** Kind of content of a stream. The codes are written to the metadata log and never change. */
    public enum Kind {
        /** The records of a partition. */
        DATA(0),
        /** Checkpoints of the partition's state: producers, leader epochs, aborted transactions. */
        STATE(1);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        public static Kind of(int code) {
            return switch (code) {
                case 0 -> DATA;
                case 1 -> STATE;
                default -> throw new CorruptException("unknown stream kind " + code);
            };
        }
    }
}
