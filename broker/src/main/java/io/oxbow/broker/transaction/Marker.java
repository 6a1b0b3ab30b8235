package io.oxbow.broker.transaction;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.TransactionResult;
import org.jspecify.annotations.Nullable;

/**
 * The decision about one producer's transaction, as it is written to the transaction's partitions.
 *
 * @param version of the transaction, one of {@code TransactionVersion}'s levels
 * @param attempt null for a marker of an administrator
 */
record Marker(
        long producerId,
        short producerEpoch,
        boolean commit,
        int coordinatorEpoch,
        short version,
        @Nullable Attempt attempt) {

    /** Tag of the field with the attempt in Kafka's message, far above those that Kafka gives. */
    private static final int ATTEMPT_TAG = 10_000;

    /**
     * One sending of a marker by a coordinator.
     *
     * @param origin the coordinator's process
     * @param number greater than those of the earlier attempts of that process
     */
    record Attempt(Uuid origin, long number) {

        private RawTaggedField field() {
            ByteBuffer bytes =
                    ByteBuffer.allocate(3 * Long.BYTES)
                            .putLong(origin.getMostSignificantBits())
                            .putLong(origin.getLeastSignificantBits())
                            .putLong(number);
            return new RawTaggedField(ATTEMPT_TAG, bytes.array());
        }

        private static Attempt of(RawTaggedField field) {
            if (field.size() != 3 * Long.BYTES) {
                throw new InvalidRequestException(
                        "a marker's attempt of %d bytes".formatted(field.size()));
            }
            ByteBuffer bytes = ByteBuffer.wrap(field.data());
            return new Attempt(new Uuid(bytes.getLong(), bytes.getLong()), bytes.getLong());
        }
    }

    static Marker of(WritableTxnMarker marker) {
        return new Marker(
                marker.producerId(),
                marker.producerEpoch(),
                marker.transactionResult(),
                marker.coordinatorEpoch(),
                marker.transactionVersion(),
                marker.unknownTaggedFields().stream()
                        .filter(field -> field.tag() == ATTEMPT_TAG)
                        .findFirst()
                        .map(Attempt::of)
                        .orElse(null));
    }

    /** Returns the marker as a coordinator sends it. */
    WritableTxnMarker message(List<WritableTxnMarkerTopic> topics) {
        var message =
                new WritableTxnMarker()
                        .setProducerId(producerId)
                        .setProducerEpoch(producerEpoch)
                        .setTransactionResult(commit)
                        .setCoordinatorEpoch(coordinatorEpoch)
                        .setTransactionVersion((byte) version)
                        .setTopics(topics);
        if (attempt != null) {
            message.unknownTaggedFields().add(attempt.field());
        }
        return message;
    }

    TransactionResult result() {
        return commit ? TransactionResult.COMMIT : TransactionResult.ABORT;
    }

    /** Returns the control batch that carries the decision. */
    MemoryRecords records(long nowMillis) {
        return MemoryRecords.withEndTransactionMarker(
                nowMillis,
                producerId,
                producerEpoch,
                new EndTransactionMarker(
                        commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT,
                        coordinatorEpoch));
    }
}
