package io.oxbow.broker.transaction;

import io.oxbow.broker.transaction.Decision.Answer;
import io.oxbow.broker.transaction.Decision.Confirm;
import io.oxbow.broker.transaction.Decision.NeedsProducerId;
import io.oxbow.broker.transaction.Decision.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.ProducerIdAndEpoch;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.apache.kafka.coordinator.transaction.TxnTransitMetadata;
import org.apache.kafka.server.common.TransactionVersion;
import org.jspecify.annotations.Nullable;

/**
 * State machine of the transactional ids in one partition of the transaction log. Pure: it writes
 * nothing and reads no clock. A request becomes an answer, or a record to write; when that is
 * durable, {@link #complete} makes the change. Not thread-safe.
 *
 * <p>Kafka's {@code TransactionMetadata} keeps one id's state and computes its epochs; the rules
 * here are those of Kafka's coordinator, and so are the errors.
 */
final class TransactionStates {

    private static final short EPOCH_BEFORE_OVERFLOW = Short.MAX_VALUE - 1;

    private final Map<String, TransactionMetadata> byId = new HashMap<>();

    /** Returns the state of an id; null if there is none. */
    @Nullable TransactionMetadata get(String transactionalId) {
        return byId.get(transactionalId);
    }

    Collection<TransactionMetadata> all() {
        return byId.values();
    }

    /** Takes over a state from the log. */
    void restore(String transactionalId, TransactionMetadata metadata) {
        byId.put(transactionalId, metadata);
    }

    /** Forgets an id by a tombstone from the log. */
    void forget(String transactionalId) {
        byId.remove(transactionalId);
    }

    /**
     * Begins a producer's session: fences earlier ones, and aborts their open transaction, after
     * which the producer has to ask once more.
     *
     * @param expected id and epoch that the producer had, if it goes on after an error (KIP-360)
     * @param fresh a producer id, if {@link NeedsProducerId} was the answer before
     */
    Decision initProducerId(
            String transactionalId,
            int timeoutMillis,
            Optional<ProducerIdAndEpoch> expected,
            OptionalLong fresh,
            TransactionVersion server,
            long nowMillis) {
        TransactionMetadata transaction = byId.get(transactionalId);
        if (transaction == null) {
            if (fresh.isEmpty()) {
                return new NeedsProducerId();
            }
            transaction = newborn(transactionalId, fresh.getAsLong(), timeoutMillis, nowMillis);
            byId.put(transactionalId, transaction);
        }
        if (transaction.pendingTransitionInProgress()) {
            return Answer.of(Errors.CONCURRENT_TRANSACTIONS);
        }
        if (expected.isPresent() && !isKnown(expected.get(), transaction)) {
            return Answer.of(Errors.PRODUCER_FENCED);
        }
        return switch (transaction.state()) {
            case PREPARE_COMMIT, PREPARE_ABORT -> Answer.of(Errors.CONCURRENT_TRANSACTIONS);
            case ONGOING ->
                    abort(
                            transaction,
                            Answer.of(Errors.CONCURRENT_TRANSACTIONS),
                            server,
                            nowMillis);
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT ->
                    newEpoch(transaction, timeoutMillis, expected, fresh, nowMillis);
            case DEAD, PREPARE_EPOCH_FENCE -> throw impossible(transaction);
        };
    }

    private static TransactionMetadata newborn(
            String transactionalId, long producerId, int timeoutMillis, long nowMillis) {
        return new TransactionMetadata(
                transactionalId,
                producerId,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_EPOCH,
                RecordBatch.NO_PRODUCER_EPOCH,
                timeoutMillis,
                TransactionState.EMPTY,
                Set.of(),
                -1,
                nowMillis,
                TransactionVersion.TV_0);
    }

    private static boolean isKnown(ProducerIdAndEpoch expected, TransactionMetadata transaction) {
        return transaction.producerEpoch() == RecordBatch.NO_PRODUCER_EPOCH
                || expected.producerId == transaction.producerId()
                || expected.producerId == transaction.prevProducerId()
                        && TransactionMetadata.isEpochExhausted(expected.epoch);
    }

    private static Decision newEpoch(
            TransactionMetadata transaction,
            int timeoutMillis,
            Optional<ProducerIdAndEpoch> expected,
            OptionalLong fresh,
            long nowMillis) {
        boolean current = expected.isEmpty() || expected.get().epoch == transaction.producerEpoch();
        if (transaction.isProducerEpochExhausted() && current) {
            if (fresh.isEmpty()) {
                return new NeedsProducerId();
            }
            return begun(
                    transaction,
                    transaction.prepareProducerIdRotation(
                            fresh.getAsLong(), timeoutMillis, nowMillis, expected.isPresent()));
        }
        if (transaction.isProducerEpochExhausted()) {
            return Answer.of(Errors.PRODUCER_FENCED);
        }
        try {
            return begun(
                    transaction,
                    transaction.prepareIncrementProducerEpoch(
                            timeoutMillis, expected.map(known -> known.epoch), nowMillis));
        } catch (ProducerFencedException e) {
            return Answer.of(Errors.PRODUCER_FENCED);
        }
    }

    private static Write begun(TransactionMetadata transaction, TxnTransitMetadata next) {
        return new Write(
                transaction.transactionalId(),
                next,
                new Answer(Errors.NONE, next.producerId(), next.producerEpoch()));
    }

    /**
     * Adds partitions to a producer's transaction, which begins with the first.
     *
     * @param client version of transactions that the producer uses
     */
    Decision addPartitions(
            String transactionalId,
            ProducerIdAndEpoch producer,
            Set<TopicPartition> partitions,
            TransactionVersion client,
            long nowMillis) {
        TransactionMetadata transaction = byId.get(transactionalId);
        if (transaction == null || transaction.producerId() != producer.producerId) {
            return Answer.of(Errors.INVALID_PRODUCER_ID_MAPPING);
        }
        if (transaction.producerEpoch() != producer.epoch) {
            return Answer.of(Errors.PRODUCER_FENCED);
        }
        if (transaction.pendingTransitionInProgress() || isEnding(transaction)) {
            return Answer.of(Errors.CONCURRENT_TRANSACTIONS);
        }
        if (transaction.state() == TransactionState.ONGOING
                && transaction.topicPartitions().containsAll(partitions)) {
            return new Confirm(transactionalId, Answer.of(Errors.NONE));
        }
        return new Write(
                transactionalId,
                transaction.prepareAddPartitions(partitions, nowMillis, client),
                Answer.of(Errors.NONE));
    }

    /** Tells whether a partition is part of a producer's ongoing transaction. */
    Errors verify(String transactionalId, ProducerIdAndEpoch producer, TopicPartition partition) {
        TransactionMetadata transaction = byId.get(transactionalId);
        if (transaction == null || transaction.producerId() != producer.producerId) {
            return Errors.INVALID_PRODUCER_ID_MAPPING;
        }
        if (transaction.producerEpoch() != producer.epoch) {
            return Errors.PRODUCER_FENCED;
        }
        if (isEnding(transaction)
                || transaction.pendingState().filter(TransactionStates::ends).isPresent()) {
            return Errors.CONCURRENT_TRANSACTIONS;
        }
        return transaction.state() == TransactionState.ONGOING
                        && transaction.topicPartitions().contains(partition)
                ? Errors.NONE
                : Errors.TRANSACTION_ABORTABLE;
    }

    /**
     * Decides a producer's transaction.
     *
     * @param client version of transactions that the request is of
     */
    Decision endTransaction(
            String transactionalId,
            ProducerIdAndEpoch producer,
            boolean commit,
            TransactionVersion client,
            OptionalLong fresh,
            long nowMillis) {
        TransactionMetadata transaction = byId.get(transactionalId);
        if (transaction == null) {
            return Answer.of(Errors.INVALID_PRODUCER_ID_MAPPING);
        }
        boolean bumps = transaction.clientTransactionVersion().supportsEpochBump();
        boolean retriedOverflow =
                bumps
                        && transaction.prevProducerId() == producer.producerId
                        && producer.epoch == EPOCH_BEFORE_OVERFLOW
                        && transaction.producerEpoch() == 0;
        boolean retried =
                retriedOverflow || bumps && transaction.producerEpoch() == producer.epoch + 1;
        if (transaction.producerId() != producer.producerId && !retriedOverflow) {
            return Answer.of(Errors.INVALID_PRODUCER_ID_MAPPING);
        }
        if (!mayEnd(transaction, producer, retried)) {
            return Answer.of(Errors.PRODUCER_FENCED);
        }
        if (transaction.pendingTransitionInProgress()) {
            return Answer.of(Errors.CONCURRENT_TRANSACTIONS);
        }
        boolean mayBeEmpty = client.supportsEpochBump() && !commit && !retried;
        return switch (transaction.state()) {
            case ONGOING -> end(transaction, commit, client, fresh, false, nowMillis);
            case PREPARE_COMMIT, PREPARE_ABORT ->
                    Answer.of(
                            // At the new epoch it is about the next transaction, which has to wait.
                            bumps && !retried
                                            || commit
                                                    == (transaction.state()
                                                            == TransactionState.PREPARE_COMMIT)
                                    ? Errors.CONCURRENT_TRANSACTIONS
                                    : Errors.INVALID_TXN_STATE);
            case COMPLETE_COMMIT, COMPLETE_ABORT -> {
                boolean same = commit == (transaction.state() == TransactionState.COMPLETE_COMMIT);
                if (same && (retried || !bumps)) {
                    yield new Confirm(
                            transactionalId,
                            new Answer(
                                    Errors.NONE,
                                    transaction.producerId(),
                                    transaction.producerEpoch()));
                }
                yield mayBeEmpty
                        ? end(transaction, false, client, fresh, true, nowMillis)
                        : Answer.of(Errors.INVALID_TXN_STATE);
            }
            case EMPTY ->
                    mayBeEmpty
                            ? end(transaction, false, client, fresh, true, nowMillis)
                            : Answer.of(Errors.INVALID_TXN_STATE);
            case DEAD, PREPARE_EPOCH_FENCE -> throw impossible(transaction);
        };
    }

    /** Returns true if the producer's epoch is the transaction's, or was before it was ended. */
    private static boolean mayEnd(
            TransactionMetadata transaction, ProducerIdAndEpoch producer, boolean retried) {
        boolean current = producer.epoch == transaction.producerEpoch();
        if (!transaction.clientTransactionVersion().supportsEpochBump()) {
            return current;
        }
        return switch (transaction.state()) {
            case PREPARE_COMMIT, PREPARE_ABORT, COMPLETE_COMMIT, COMPLETE_ABORT ->
                    retried || current;
            case EMPTY, ONGOING, DEAD, PREPARE_EPOCH_FENCE -> current;
        };
    }

    private static Decision end(
            TransactionMetadata transaction,
            boolean commit,
            TransactionVersion client,
            OptionalLong fresh,
            boolean empty,
            long nowMillis) {
        boolean overflows = client.supportsEpochBump() && transaction.isProducerEpochExhausted();
        if (overflows && fresh.isEmpty()) {
            return new NeedsProducerId();
        }
        TxnTransitMetadata next =
                transaction.prepareAbortOrCommit(
                        commit ? TransactionState.PREPARE_COMMIT : TransactionState.PREPARE_ABORT,
                        client,
                        overflows ? fresh.getAsLong() : RecordBatch.NO_PRODUCER_ID,
                        nowMillis,
                        empty);
        return new Write(
                transaction.transactionalId(),
                next,
                overflows
                        ? new Answer(Errors.NONE, next.nextProducerId(), (short) 0)
                        : new Answer(Errors.NONE, next.producerId(), next.producerEpoch()));
    }

    /** Aborts an open transaction in the coordinator's own name, and fences its producer. */
    private static Write abort(
            TransactionMetadata transaction,
            Answer answer,
            TransactionVersion server,
            long nowMillis) {
        if (transaction.producerEpoch() < Short.MAX_VALUE) {
            transaction.setProducerEpoch((short) (transaction.producerEpoch() + 1));
        }
        transaction.setLastProducerEpoch(RecordBatch.NO_PRODUCER_EPOCH);
        return new Write(
                transaction.transactionalId(),
                transaction.prepareAbortOrCommit(
                        TransactionState.PREPARE_ABORT,
                        server,
                        RecordBatch.NO_PRODUCER_ID,
                        nowMillis,
                        false),
                answer);
    }

    /** Aborts a transaction whose time is over; an answer if that has changed meanwhile. */
    Decision abortTimedOut(String transactionalId, TransactionVersion server, long nowMillis) {
        TransactionMetadata transaction = byId.get(transactionalId);
        return transaction != null && isTimedOut(transaction, nowMillis)
                ? abort(transaction, Answer.of(Errors.NONE), server, nowMillis)
                : Answer.of(Errors.INVALID_TXN_STATE);
    }

    /** Returns the ids whose transactions are open for longer than their producers asked for. */
    List<String> timedOut(long nowMillis) {
        return ids(transaction -> isTimedOut(transaction, nowMillis));
    }

    private static boolean isTimedOut(TransactionMetadata transaction, long nowMillis) {
        return transaction.state() == TransactionState.ONGOING
                && !transaction.pendingTransitionInProgress()
                && !transaction.isDistributedTwoPhaseCommitTxn()
                && nowMillis - transaction.txnStartTimestamp() > transaction.txnTimeoutMs();
    }

    /** Removes an id that was not used since a time; an answer if that has changed meanwhile. */
    Decision expire(String transactionalId, long usedSinceMillis) {
        TransactionMetadata transaction = byId.get(transactionalId);
        return transaction != null && isUnused(transaction, usedSinceMillis)
                ? new Write(transactionalId, transaction.prepareDead(), Answer.of(Errors.NONE))
                : Answer.of(Errors.INVALID_TXN_STATE);
    }

    /** Returns the ids that were not used since a time and have no open transaction. */
    List<String> unusedSince(long millis) {
        return ids(transaction -> isUnused(transaction, millis));
    }

    private static boolean isUnused(TransactionMetadata transaction, long sinceMillis) {
        return transaction.state().isExpirationAllowed()
                && !transaction.pendingTransitionInProgress()
                && transaction.txnLastUpdateTimestamp() <= sinceMillis;
    }

    /** Ends a decided transaction, all of whose markers are written. */
    Decision markersWritten(String transactionalId, long nowMillis) {
        TransactionMetadata transaction = byId.get(transactionalId);
        return transaction != null
                        && isEnding(transaction)
                        && !transaction.pendingTransitionInProgress()
                ? new Write(
                        transactionalId,
                        transaction.prepareComplete(nowMillis),
                        Answer.of(Errors.NONE))
                : Answer.of(Errors.INVALID_TXN_STATE);
    }

    /** Returns the ids whose transactions are decided and whose markers may not be written yet. */
    List<String> ending() {
        return ids(TransactionStates::isEnding);
    }

    private static boolean isEnding(TransactionMetadata transaction) {
        return ends(transaction.state());
    }

    private static boolean ends(TransactionState state) {
        return state == TransactionState.PREPARE_COMMIT || state == TransactionState.PREPARE_ABORT;
    }

    /** Returns an id's state as it is, to be written once more. */
    TxnTransitMetadata unchanged(String transactionalId) {
        TransactionMetadata transaction = byId.get(transactionalId);
        if (transaction == null) {
            throw new IllegalStateException("no transactional id " + transactionalId);
        }
        return transaction.prepareNoTransit();
    }

    /** Makes a change whose record is durable. */
    void complete(Write write) {
        TransactionMetadata transaction = byId.get(write.transactionalId());
        if (transaction == null) {
            throw new IllegalStateException("no transactional id " + write.transactionalId());
        }
        if (write.next().txnState() == TransactionState.DEAD) {
            byId.remove(write.transactionalId());
        } else {
            transaction.completeTransitionTo(write.next());
        }
    }

    private List<String> ids(Predicate<TransactionMetadata> wanted) {
        var ids = new ArrayList<String>();
        for (TransactionMetadata transaction : byId.values()) {
            if (wanted.test(transaction)) {
                ids.add(transaction.transactionalId());
            }
        }
        return ids;
    }

    private static IllegalStateException impossible(TransactionMetadata transaction) {
        return new IllegalStateException("no transaction rests in this state: " + transaction);
    }
}
