package io.oxbow.broker.producer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * The last batches that a producer appended to one partition, and its transaction. Immutable.
 *
 * @param batches oldest first, all of {@code epoch}; none since a marker that raised the epoch
 * @param openSince offset at which the producer's open transaction begins; -1 if none is open
 * @param coordinatorEpoch of the last marker; -1 if there was none
 * @param lastAppendMillis time of the last batch or marker
 */
public record ProducerState(
        long producerId,
        short epoch,
        List<ProducerBatch> batches,
        long openSince,
        int coordinatorEpoch,
        long lastAppendMillis) {

    /** A producer has at most this many requests under way, so a retry is among the last ones. */
    public static final int BATCHES_KEPT = 5;

    public static final long NOT_OPEN = -1;
    public static final int NO_COORDINATOR = -1;

    public ProducerState {
        batches = List.copyOf(batches);
    }

    /** Returns the state of a producer whose first batch this is. */
    public static ProducerState first(
            long producerId, short epoch, ProducerBatch batch, boolean transactional) {
        return new ProducerState(
                producerId,
                epoch,
                List.of(batch),
                transactional ? batch.baseOffset() : NOT_OPEN,
                NO_COORDINATOR,
                batch.appendTimeMillis());
    }

    public boolean isOpen() {
        return openSince != NOT_OPEN;
    }

    public int lastSequence() {
        return batches.isEmpty() ? RecordBatch.NO_SEQUENCE : batches.getLast().lastSequence();
    }

    public ProducerState with(short newEpoch, ProducerBatch batch, boolean transactional) {
        var kept = new ArrayList<ProducerBatch>(BATCHES_KEPT);
        if (newEpoch == epoch) {
            int dropped = batches.size() == BATCHES_KEPT ? 1 : 0;
            kept.addAll(batches.subList(dropped, batches.size()));
        }
        kept.add(batch);
        return new ProducerState(
                producerId,
                newEpoch,
                kept,
                transactional && !isOpen() ? batch.baseOffset() : openSince,
                coordinatorEpoch,
                batch.appendTimeMillis());
    }

    /** Returns the state after a marker, which may raise the epoch. */
    public ProducerState ended(short newEpoch, EndMarker marker, long timeMillis) {
        return new ProducerState(
                producerId,
                newEpoch,
                newEpoch == epoch ? batches : List.of(),
                NOT_OPEN,
                marker.coordinatorEpoch(),
                timeMillis);
    }

    public Optional<ProducerBatch> batchOf(int firstSequence, int lastSequence) {
        for (ProducerBatch batch : batches) {
            if (batch.firstSequence() == firstSequence && batch.lastSequence() == lastSequence) {
                return Optional.of(batch);
            }
        }
        return Optional.empty();
    }
}
