package io.oxbow.broker.partition;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The last batches that a producer appended to one partition. Immutable.
 *
 * @param batches oldest first, all of {@code epoch}
 */
record ProducerState(long producerId, short epoch, List<ProducerBatch> batches) {

    /** A producer has at most this many requests under way, so a retry is among the last ones. */
    static final int BATCHES_KEPT = 5;

    ProducerState {
        batches = List.copyOf(batches);
        if (batches.isEmpty()) {
            throw new IllegalArgumentException("the state of a producer holds at least one batch");
        }
    }

    int lastSequence() {
        return batches.getLast().lastSequence();
    }

    long lastAppendMillis() {
        return batches.getLast().appendTimeMillis();
    }

    ProducerState with(short newEpoch, ProducerBatch batch) {
        if (newEpoch != epoch) {
            return new ProducerState(producerId, newEpoch, List.of(batch));
        }
        int dropped = batches.size() == BATCHES_KEPT ? 1 : 0;
        List<ProducerBatch> kept =
                Stream.concat(batches.stream().skip(dropped), Stream.of(batch)).toList();
        return new ProducerState(producerId, epoch, kept);
    }

    Optional<ProducerBatch> batchOf(int firstSequence, int lastSequence) {
        for (ProducerBatch batch : batches) {
            if (batch.firstSequence() == firstSequence && batch.lastSequence() == lastSequence) {
                return Optional.of(batch);
            }
        }
        return Optional.empty();
    }
}
