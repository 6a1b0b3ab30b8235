package io.oxbow.broker.transaction;

import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.records.InternalLogReader;
import io.oxbow.broker.records.InternalLogs;
import io.oxbow.broker.transaction.Decision.Answer;
import io.oxbow.broker.transaction.Decision.Confirm;
import io.oxbow.broker.transaction.Decision.NeedsProducerId;
import io.oxbow.broker.transaction.Decision.Write;
import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.S3StreamException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.coordinator.transaction.TransactionLog;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.apache.kafka.coordinator.transaction.TxnTransitMetadata;
import org.apache.kafka.server.common.TransactionVersion;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of the transaction log, and the transactional ids in it, while this broker leads
 * it. A change is appended under the lock, and made when it is durable. Thread-safe; blocks.
 *
 * <p>When an append fails, nobody knows what the log will have: all states are given up, and loaded
 * anew by whoever leads the partition then.
 */
final class TransactionPartition {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionPartition.class);

    private enum Phase {
        LOADING,
        SERVING,
        OVER
    }

    private final Partition log;
    private final ReentrantLock lock = new ReentrantLock();
    private final TransactionStates states = new TransactionStates();
    private volatile Phase phase = Phase.LOADING;
    private volatile int epoch;
    private volatile boolean failed;

    /**
     * @param epoch at which the partition is led: the coordinator's epoch
     */
    TransactionPartition(Partition log, int epoch) {
        this.log = log;
        this.epoch = epoch;
    }

    Partition log() {
        return log;
    }

    int epoch() {
        return epoch;
    }

    /** Raises the epoch of a partition that stayed open: nobody else wrote in between. */
    void raise(int newEpoch) {
        epoch = newEpoch;
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    boolean isLoading() {
        return phase == Phase.LOADING;
    }

    /** Returns true if an append has failed, so that the states are to be loaded anew. */
    boolean hasFailed() {
        return failed;
    }

    /** Gives the states up; what is under way gets NOT_COORDINATOR. */
    void end() {
        phase = Phase.OVER;
    }

    /** Reads the states from the log, and serves from then on. */
    void load(InternalLogs logs) throws InterruptedException {
        var reader = new InternalLogReader(log.id().topicPartition().toString());
        var unused =
                logs.read(
                        log,
                        this::isOver,
                        fetched ->
                                fetched.appends()
                                        .forEach(append -> reader.read(append, this::replay)));
        lock.lock();
        try {
            if (phase == Phase.LOADING) {
                phase = Phase.SERVING;
            }
        } finally {
            lock.unlock();
        }
    }

    private void replay(RecordBatch batch, Record record) {
        lock.lock();
        try {
            switch (TransactionLog.read(record.key(), record.value())) {
                case TransactionLog.TxnRecord txn ->
                        states.restore(txn.transactionId(), txn.metadata());
                case TransactionLog.TxnTombstone tombstone ->
                        states.forget(tombstone.transactionId());
                default ->
                        LOG.warn(
                                "{} has a record of a newer version at offset {}, which is passed"
                                        + " over",
                                log.id(),
                                record.offset());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Reads from the states. */
    <T> T read(Function<TransactionStates, T> question) {
        lock.lock();
        try {
            return question.apply(states);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the error of a coordinator that does not serve now; NONE if it does. */
    Errors availability() {
        return switch (phase) {
            case LOADING -> Errors.COORDINATOR_LOAD_IN_PROGRESS;
            case SERVING -> Errors.NONE;
            case OVER -> Errors.NOT_COORDINATOR;
        };
    }

    /**
     * Outcome of a request.
     *
     * @param ending true if the request has decided a transaction: its markers are to be written
     */
    record Outcome(Answer answer, boolean ending, boolean needsProducerId) {
        static Outcome of(Errors error) {
            return new Outcome(Answer.of(error), false, false);
        }
    }

    /** Makes a request; blocks until what it changes is durable. */
    Outcome run(
            Function<TransactionStates, Decision> request,
            TransactionVersion version,
            long nowMillis)
            throws InterruptedException {
        Decision decision;
        Commit commit;
        lock.lock();
        try {
            Errors unavailable = availability();
            if (unavailable != Errors.NONE) {
                return Outcome.of(unavailable);
            }
            decision = request.apply(states);
            switch (decision) {
                case Answer answer -> {
                    return new Outcome(answer, false, false);
                }
                case NeedsProducerId ignored -> {
                    return new Outcome(Answer.of(Errors.UNKNOWN_SERVER_ERROR), false, true);
                }
                case Confirm confirm ->
                        commit =
                                append(
                                        confirm.transactionalId(),
                                        states.unchanged(confirm.transactionalId()),
                                        version,
                                        nowMillis);
                case Write write ->
                        commit = append(write.transactionalId(), write.next(), version, nowMillis);
            }
        } catch (ApiException | S3StreamException e) {
            return fail(e);
        } finally {
            lock.unlock();
        }
        try {
            commit.await();
        } catch (S3StreamException e) {
            return fail(e);
        }
        return switch (decision) {
            case Write write -> complete(write);
            case Confirm confirm -> new Outcome(confirm.answer(), false, false);
            default -> throw new IllegalStateException("nothing was written for " + decision);
        };
    }

    private Commit append(
            String transactionalId,
            TxnTransitMetadata next,
            TransactionVersion version,
            long nowMillis) {
        boolean removed = next.txnState() == TransactionState.DEAD;
        var record =
                new SimpleRecord(
                        nowMillis,
                        TransactionLog.keyToBytes(transactionalId),
                        removed ? null : TransactionLog.valueToBytes(next, version));
        return log.append(
                        MemoryRecords.withRecords(Compression.NONE, record),
                        AppendOrigin.COORDINATOR,
                        epoch)
                .commit();
    }

    private Outcome fail(RuntimeException cause) {
        LOG.warn("{}: transactions are given up here: {}", log.id(), cause.getMessage());
        failed = true;
        phase = Phase.OVER;
        return Outcome.of(Errors.NOT_COORDINATOR);
    }

    private Outcome complete(Write write) {
        lock.lock();
        try {
            if (phase == Phase.OVER) {
                return Outcome.of(Errors.NOT_COORDINATOR);
            }
            states.complete(write);
            boolean ending =
                    write.next().txnState() == TransactionState.PREPARE_COMMIT
                            || write.next().txnState() == TransactionState.PREPARE_ABORT;
            return new Outcome(write.answer(), ending, false);
        } finally {
            lock.unlock();
        }
    }
}
