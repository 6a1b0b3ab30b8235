package io.oxbow.broker.producer;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
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
     * Word of a transaction's coordinator.
     *
     * @param errors by partition: NONE when it is part of the producer's ongoing transaction,
     *     durably
     * @param coordinatorEpoch at which the coordinator answered; -1 if none did
     */
    record Word(Map<TopicPartition, Errors> errors, int coordinatorEpoch) {

        /** Returns the same error for all partitions, without a coordinator's word. */
        public static Word none(Collection<TopicPartition> partitions, Errors error) {
            var errors = new HashMap<TopicPartition, Errors>();
            partitions.forEach(partition -> errors.put(partition, error));
            return new Word(errors, -1);
        }

        /**
         * Returns the word on a partition. That of a coordinator which was succeeded before the
         * last marker there may be older than the marker, and counts for nothing.
         *
         * @param current whether the partition knows of no later coordinator of the producer
         */
        public Errors on(TopicPartition partition, IntPredicate current) {
            Errors error = errors.getOrDefault(partition, Errors.NOT_ENOUGH_REPLICAS);
            return error == Errors.NONE && !current.test(coordinatorEpoch)
                    ? Errors.NOT_COORDINATOR
                    : error;
        }
    }

    /**
     * Returns the coordinator's word on partitions. Blocks; what cannot be found out now is an
     * error that has the client try again.
     */
    Word verify(Producer producer, Collection<TopicPartition> partitions);

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
