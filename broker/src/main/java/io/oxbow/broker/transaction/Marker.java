package io.oxbow.broker.transaction;

import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.TransactionResult;

/**
 * The decision about one producer's transaction, as it is written to the transaction's partitions.
 *
 * @param version of the transaction, one of {@code TransactionVersion}'s levels
 */
record Marker(
        long producerId, short producerEpoch, boolean commit, int coordinatorEpoch, short version) {

    static Marker of(WritableTxnMarker marker) {
        return new Marker(
                marker.producerId(),
                marker.producerEpoch(),
                marker.transactionResult(),
                marker.coordinatorEpoch(),
                marker.transactionVersion());
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
