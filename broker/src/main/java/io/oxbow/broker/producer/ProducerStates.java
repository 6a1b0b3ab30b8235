package io.oxbow.broker.producer;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.TransactionCoordinatorFencedException;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.server.common.TransactionVersion;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.jspecify.annotations.Nullable;

/**
 * The idempotent and transactional producers of one partition: recognises retries, gaps, zombies
 * and batches outside of a transaction, by Kafka's rules. Guarded by the partition's lock.
 *
 * <p>A producer that isn't known (its state expired, or its records were deleted) may begin with
 * any sequence. Expiry goes by the broker's clock at the time of the append, not by the records'
 * own timestamps: a producer of old data is remembered as long as any other. A producer with an
 * open transaction is never forgotten.
 */
public final class ProducerStates {

    /** Most producers remembered; beyond it, those that were silent longest are forgotten early. */
    public static final int PRODUCERS_MAX = 200_000;

    private final long expirationMillis;

    /** States by producer id, in the order of the last append. */
    private final LinkedHashMap<Long, ProducerState> byId = new LinkedHashMap<>();

    private final Verifications verifications = new Verifications();

    public ProducerStates(long expirationMillis) {
        this.expirationMillis = expirationMillis;
    }

    /**
     * Checks that a batch of data may be appended.
     *
     * @param guard that {@link #startVerification} gave, if the producer's coordinator was asked
     * @return the earlier batch if this one is a retry of it
     * @throws InvalidProducerEpochException of a producer that was replaced by a newer one
     * @throws OutOfOrderSequenceException when batches before this one are missing
     * @throws InvalidTxnStateException when the batch belongs to no transaction that its
     *     coordinator knows of, or to none while one is open
     */
    public Optional<ProducerBatch> check(
            RecordBatch batch, AppendOrigin origin, VerificationGuard guard) {
        ProducerState state = byId.get(batch.producerId());
        if (state != null
                && origin == AppendOrigin.CLIENT
                && batch.producerEpoch() == state.epoch()) {
            Optional<ProducerBatch> earlier =
                    state.batchOf(batch.baseSequence(), batch.lastSequence());
            if (earlier.isPresent()) {
                return earlier;
            }
        }
        if (state != null) {
            checkEpoch(batch, state);
        }
        if (mustBeVerified(batch) && !verifications.isVerified(batch.producerId(), guard)) {
            throw new InvalidTxnStateException(
                    "a batch of producer %d is not part of an ongoing transaction"
                            .formatted(batch.producerId()));
        }
        if (state != null && state.isOpen() && !batch.isTransactional()) {
            throw new InvalidTxnStateException(
                    "a batch of producer %d is outside of the transaction that is open since %d"
                            .formatted(batch.producerId(), state.openSince()));
        }
        if (origin == AppendOrigin.CLIENT) {
            if (state != null) {
                checkSequence(batch, state);
            } else if (batch.isTransactional()) {
                verifications.checkSequence(batch);
            }
        }
        return Optional.empty();
    }

    private static void checkEpoch(RecordBatch batch, ProducerState state) {
        if (batch.producerEpoch() < state.epoch()) {
            throw new InvalidProducerEpochException(
                    "producer %d has epoch %d, the last one seen is %d"
                            .formatted(batch.producerId(), batch.producerEpoch(), state.epoch()));
        }
    }

    private static void checkSequence(RecordBatch batch, ProducerState state) {
        int expected = batch.producerEpoch() == state.epoch() ? following(state.lastSequence()) : 0;
        if (batch.baseSequence() != expected) {
            throw new OutOfOrderSequenceException(
                    "producer %d, epoch %d: sequence %d came, %d was expected"
                            .formatted(
                                    batch.producerId(),
                                    batch.producerEpoch(),
                                    batch.baseSequence(),
                                    expected));
        }
    }

    private static int following(int sequence) {
        return sequence == Integer.MAX_VALUE ? 0 : sequence + 1;
    }

    /** Returns true if a batch begins a transaction, which its coordinator has to know of. */
    public boolean mustBeVerified(RecordBatch batch) {
        return batch.isTransactional() && !isOpen(batch.producerId(), batch.producerEpoch());
    }

    private boolean isOpen(long producerId, short epoch) {
        ProducerState state = byId.get(producerId);
        return state != null && state.isOpen() && state.epoch() == epoch;
    }

    /** Returns a guard for a batch that begins a transaction; null for one that goes on with it. */
    public @Nullable VerificationGuard startVerification(
            long producerId, short epoch, int sequence) {
        return isOpen(producerId, epoch) ? null : verifications.start(producerId, epoch, sequence);
    }

    /**
     * Checks that a marker may be appended, and takes back what a coordinator has said about the
     * transaction that it ends. With an epoch per transaction (KIP-890) a marker has the epoch of
     * the next one. If it comes late, it finds a transaction of that epoch, which isn't the one
     * that it decides.
     *
     * @param version of the transaction
     */
    public void checkMarker(RecordBatch batch, EndMarker marker, short version) {
        boolean bumps = version >= TransactionVersion.TV_2.featureLevel();
        ProducerState state = byId.get(batch.producerId());
        if (state != null) {
            checkMarker(batch, marker, state, bumps);
        }
        // Of the next transaction its coordinator says nothing before this marker is there.
        verifications.removeUpTo(batch.producerId(), batch.producerEpoch() - (bumps ? 1 : 0));
    }

    private void checkMarker(
            RecordBatch batch, EndMarker marker, ProducerState state, boolean bumps) {
        checkEpoch(batch, state);
        if (bumps && isOpen(batch.producerId(), batch.producerEpoch())) {
            throw new InvalidProducerEpochException(
                    "a marker of producer %d comes late: epoch %d has a transaction by now"
                            .formatted(batch.producerId(), batch.producerEpoch()));
        }
        if (marker.coordinatorEpoch() < state.coordinatorEpoch()) {
            throw new TransactionCoordinatorFencedException(
                    "a marker of producer %d is of coordinator epoch %d, the last one seen is %d"
                            .formatted(
                                    batch.producerId(),
                                    marker.coordinatorEpoch(),
                                    state.coordinatorEpoch()));
        }
    }

    /** Returns false for a coordinator before the one that wrote the producer's last marker. */
    public boolean mayBeCoordinatedAt(long producerId, int coordinatorEpoch) {
        ProducerState state = byId.get(producerId);
        return state == null || state.coordinatorEpoch() <= coordinatorEpoch;
    }

    /** Returns the begin or end of a transaction that a batch makes; null if it makes none. */
    public @Nullable TransactionChange change(
            long producerId, boolean transactional, @Nullable EndMarker marker, long offset) {
        ProducerState state = byId.get(producerId);
        boolean open = state != null && state.isOpen();
        if (marker == null) {
            return transactional && !open
                    ? new TransactionChange(
                            TransactionChange.Kind.BEGIN, producerId, offset, offset)
                    : null;
        }
        return state == null || !open
                ? null
                : new TransactionChange(
                        marker.commit()
                                ? TransactionChange.Kind.COMMIT
                                : TransactionChange.Kind.ABORT,
                        producerId,
                        state.openSince(),
                        offset);
    }

    /** Remembers a batch of data that has its offsets. */
    public void appended(
            long producerId, short producerEpoch, ProducerBatch batch, boolean transactional) {
        @Nullable ProducerState earlier = byId.get(producerId);
        put(
                earlier == null
                        ? ProducerState.first(producerId, producerEpoch, batch, transactional)
                        : earlier.with(producerEpoch, batch, transactional));
        if (transactional) {
            verifications.remove(producerId);
        }
    }

    /** Remembers a marker that has its offset. */
    public void ended(long producerId, short producerEpoch, EndMarker marker, long timeMillis) {
        @Nullable ProducerState earlier = byId.get(producerId);
        put(
                earlier == null
                        ? new ProducerState(
                                producerId,
                                producerEpoch,
                                List.of(),
                                ProducerState.NOT_OPEN,
                                marker.coordinatorEpoch(),
                                timeMillis)
                        : earlier.ended(producerEpoch, marker, timeMillis));
    }

    private void put(ProducerState state) {
        byId.putLast(state.producerId(), state);
        if (byId.size() > PRODUCERS_MAX) {
            forgetSilent(Long.MAX_VALUE, 1);
        }
    }

    public void expire(long nowMillis) {
        var oldest = byId.firstEntry();
        if (oldest != null
                && nowMillis - oldest.getValue().lastAppendMillis() >= expirationMillis) {
            forgetSilent(nowMillis - expirationMillis, Integer.MAX_VALUE);
        }
    }

    /** Forgets producers without an open transaction that were silent since a time. */
    private void forgetSilent(long sinceMillis, int countMax) {
        int count = 0;
        Iterator<ProducerState> oldestFirst = byId.values().iterator();
        while (count < countMax && oldestFirst.hasNext()) {
            ProducerState state = oldestFirst.next();
            if (state.lastAppendMillis() > sinceMillis) {
                return;
            }
            if (!state.isOpen()) {
                oldestFirst.remove();
                count++;
            }
        }
    }

    /** Returns the states in the order of the last append. */
    public List<ProducerState> snapshot() {
        return List.copyOf(byId.values());
    }

    public void restore(Collection<ProducerState> states) {
        byId.clear();
        states.forEach(this::put);
    }
}
