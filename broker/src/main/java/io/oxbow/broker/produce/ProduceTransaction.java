package io.oxbow.broker.produce;

import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.Partition.Membership;
import io.oxbow.broker.producer.TransactionVerifier;
import io.oxbow.broker.producer.TransactionVerifier.Word;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.jspecify.annotations.Nullable;

/**
 * Transaction that a request's batches belong to. One question to its coordinator is about all
 * partitions in which these batches begin it. Used by one thread.
 */
final class ProduceTransaction {

    /** First version whose batches add their partitions to the transaction by themselves. */
    private static final short ADDS_SINCE = 12;

    /** First version whose clients abort upon TRANSACTION_ABORTABLE. */
    private static final short ABORTABLE_SINCE = 11;

    private final ProduceRequest request;
    private final TransactionVerifier verifier;
    private final Map<TopicPartition, VerificationGuard> guards = new HashMap<>();
    private Word word = Word.none(Set.of(), Errors.NONE);
    private TransactionVerifier.@Nullable Producer producer;

    ProduceTransaction(ProduceRequest request, TransactionVerifier verifier) {
        this.request = request;
        this.verifier = verifier;
    }

    /** Takes note of a batch that may begin the transaction in its partition. */
    void add(Partition partition, MemoryRecords records) {
        Optional<MutableRecordBatch> first = firstOf(records);
        if (first.isEmpty() || !first.get().isTransactional()) {
            return;
        }
        RecordBatch batch = first.get();
        String id = request.transactionalId();
        if (id == null) {
            guards.put(partition.id().topicPartition(), VerificationGuard.SENTINEL);
            return;
        }
        VerificationGuard guard =
                partition.startVerification(
                        batch.producerId(), batch.producerEpoch(), batch.baseSequence());
        if (guard != null) {
            guards.put(partition.id().topicPartition(), guard);
            producer =
                    new TransactionVerifier.Producer(
                            id,
                            batch.producerId(),
                            batch.producerEpoch(),
                            request.version() >= ADDS_SINCE);
        }
    }

    private static Optional<MutableRecordBatch> firstOf(MemoryRecords records) {
        Iterator<MutableRecordBatch> batches = records.batches().iterator();
        return batches.hasNext() ? Optional.of(batches.next()) : Optional.empty();
    }

    /** Asks the coordinator, if any batch begins the transaction. Blocks. */
    void verify() {
        if (producer != null) {
            word = verifier.verify(producer, guards.keySet());
        }
    }

    /**
     * Returns the proof for a batch of a partition.
     *
     * @throws org.apache.kafka.common.errors.ApiException when the coordinator did not agree
     */
    Membership membershipIn(Partition partition) {
        TopicPartition name = partition.id().topicPartition();
        VerificationGuard guard = guards.get(name);
        if (guard == null) {
            return Membership.NONE;
        }
        TransactionVerifier.Producer asked = producer;
        Errors answer =
                asked == null
                        ? Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
                        : word.on(name, epoch -> partition.mayBeCoordinatedAt(asked.id(), epoch));
        if (answer != Errors.NONE) {
            throw TransactionVerifier.shown(answer, request.version() >= ABORTABLE_SINCE)
                    .exception("the transaction's coordinator answers " + answer);
        }
        return new Membership(guard, (short) 0);
    }
}
