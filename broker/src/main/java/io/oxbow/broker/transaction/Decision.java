package io.oxbow.broker.transaction;

import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.coordinator.transaction.TxnTransitMetadata;

/** Outcome of a request to the state machine of transactions. */
sealed interface Decision {

    /** An answer that changes nothing. */
    record Answer(Errors error, long producerId, short producerEpoch) implements Decision {
        static Answer of(Errors error) {
            return new Answer(error, RecordBatch.NO_PRODUCER_ID, RecordBatch.NO_PRODUCER_EPOCH);
        }
    }

    /**
     * A change that is made when its record is durable. Until then the transactional id takes no
     * other.
     *
     * @param next state {@code DEAD} is written as a tombstone
     * @param answer once the change is made
     */
    record Write(String transactionalId, TxnTransitMetadata next, Answer answer)
            implements Decision {}

    /**
     * An answer that a succeeded coordinator might give out of old states: it is given once the
     * states, written once more, are durable.
     */
    record Confirm(String transactionalId, Answer answer) implements Decision {}

    /** Asks for a new producer id, to be given when the request is made once more. */
    record NeedsProducerId() implements Decision {}
}
