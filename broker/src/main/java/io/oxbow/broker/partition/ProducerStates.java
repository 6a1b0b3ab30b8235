package io.oxbow.broker.partition;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.jspecify.annotations.Nullable;

/**
 * The idempotent producers of one partition: recognises retries and gaps, by Kafka's rules. Guarded
 * by the partition's lock.
 *
 * <p>A producer that isn't known (its state expired, or its records were deleted) may begin with
 * any sequence. Expiry goes by the broker's clock at the time of the append, not by the records'
 * own timestamps: a producer of old data is remembered as long as any other.
 */
final class ProducerStates {

    /** Most producers remembered; beyond it, those that were silent longest are forgotten early. */
    static final int PRODUCERS_MAX = 200_000;

    private final long expirationMillis;

    /** States by producer id, in the order of the last append. */
    private final LinkedHashMap<Long, ProducerState> byId = new LinkedHashMap<>();

    ProducerStates(long expirationMillis) {
        this.expirationMillis = expirationMillis;
    }

    /**
     * Checks that the batch may be appended.
     *
     * @return the earlier batch if this one is a retry of it
     * @throws InvalidProducerEpochException of a producer that was replaced by a newer one
     * @throws OutOfOrderSequenceException when batches before this one are missing
     */
    Optional<ProducerBatch> check(RecordBatch batch, AppendOrigin origin) {
        ProducerState state = byId.get(batch.producerId());
        if (state == null) {
            return Optional.empty();
        }
        if (origin == AppendOrigin.CLIENT && batch.producerEpoch() == state.epoch()) {
            Optional<ProducerBatch> earlier =
                    state.batchOf(batch.baseSequence(), batch.lastSequence());
            if (earlier.isPresent()) {
                return earlier;
            }
        }
        if (batch.producerEpoch() < state.epoch()) {
            throw new InvalidProducerEpochException(
                    "producer %d has epoch %d, the last one seen is %d"
                            .formatted(batch.producerId(), batch.producerEpoch(), state.epoch()));
        }
        if (origin == AppendOrigin.CLIENT) {
            checkSequence(batch, state);
        }
        return Optional.empty();
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

    /** Remembers a batch that has its offsets. */
    void appended(long producerId, short producerEpoch, ProducerBatch batch) {
        @Nullable ProducerState earlier = byId.get(producerId);
        put(
                earlier == null
                        ? new ProducerState(producerId, producerEpoch, List.of(batch))
                        : earlier.with(producerEpoch, batch));
    }

    void appended(RecordBatch batch, long appendTimeMillis) {
        appended(
                batch.producerId(),
                batch.producerEpoch(),
                ProducerBatch.of(batch, appendTimeMillis));
    }

    private void put(ProducerState state) {
        byId.putLast(state.producerId(), state);
        if (byId.size() > PRODUCERS_MAX) {
            byId.pollFirstEntry();
        }
    }

    void expire(long nowMillis) {
        for (var oldest = byId.firstEntry();
                oldest != null
                        && nowMillis - oldest.getValue().lastAppendMillis() >= expirationMillis;
                oldest = byId.firstEntry()) {
            byId.pollFirstEntry();
        }
    }

    /** Returns the states in the order of the last append. */
    List<ProducerState> snapshot() {
        return List.copyOf(byId.values());
    }

    void restore(Collection<ProducerState> states) {
        byId.clear();
        states.forEach(this::put);
    }
}
