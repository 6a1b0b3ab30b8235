package io.oxbow.broker.producer;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;

/** Asks the coordinator of a transaction about partitions in which it is about to begin. */
@FunctionalInterface
public interface TransactionVerifier {

    /**
     * A producer of a transaction.
     *
     * @param adds whether its batches add their partitions to the transaction (KIP-890); else the
     *     producer has added them itself
     */
    record Producer(String transactionalId, long id, short epoch, boolean adds) {}

    /**
     * Returns the coordinator's word for each partition: NONE when it is part of the producer's
     * ongoing transaction, durably. Blocks; what cannot be found out now is an error that has the
     * client try again.
     */
    Map<TopicPartition, Errors> verify(Producer producer, Collection<TopicPartition> partitions);

    /**
     * Returns the coordinator's word as a producer understands it.
     *
     * @param knowsAbortable whether it aborts its transaction upon TRANSACTION_ABORTABLE
     */
    static Errors shown(Errors answer, boolean knowsAbortable) {
        return switch (answer) {
            case PRODUCER_FENCED -> Errors.INVALID_PRODUCER_EPOCH;
            case TRANSACTION_ABORTABLE -> knowsAbortable ? answer : Errors.INVALID_TXN_STATE;
            case NONE,
                    INVALID_PRODUCER_ID_MAPPING,
                    INVALID_PRODUCER_EPOCH,
                    INVALID_TXN_STATE,
                    TRANSACTIONAL_ID_AUTHORIZATION_FAILED ->
                    answer;
            // Nothing was appended, and the producer's next try may find the coordinator.
            default -> Errors.NOT_ENOUGH_REPLICAS;
        };
    }
}
