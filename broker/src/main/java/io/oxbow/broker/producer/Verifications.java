package io.oxbow.broker.producer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.jspecify.annotations.Nullable;

/**
 * Producers that are about to begin a transaction in one partition, while their coordinator is
 * asked. Guarded by the partition's lock.
 *
 * <p>A marker takes a producer out. So a batch whose coordinator was asked before the marker, and
 * that comes after it, begins no transaction that nothing would end.
 */
final class Verifications {

    /** Most producers kept; the one that came first is forgotten, and has to ask again. */
    private static final int PRODUCERS_MAX = 10_000;

    private record Asked(VerificationGuard guard, short epoch, int lowestSequence) {}

    private final Map<Long, Asked> asked =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, Asked> eldest) {
                    return size() > PRODUCERS_MAX;
                }
            };

    /** Returns the guard that the producer's batch has to bring when the coordinator has agreed. */
    VerificationGuard start(long producerId, short epoch, int sequence) {
        @Nullable Asked before = asked.get(producerId);
        if (before != null && before.epoch() > epoch) {
            return VerificationGuard.SENTINEL;
        }
        Asked now =
                before == null || before.epoch() < epoch
                        ? new Asked(new VerificationGuard(), epoch, sequence)
                        : new Asked(
                                before.guard(), epoch, Math.min(before.lowestSequence(), sequence));
        asked.put(producerId, now);
        return now.guard();
    }

    boolean isVerified(long producerId, VerificationGuard guard) {
        @Nullable Asked known = asked.get(producerId);
        return known != null && known.guard().verify(guard);
    }

    /**
     * Refuses a first batch before which another of the same producer has asked, which then comes
     * again.
     */
    void checkSequence(RecordBatch batch) {
        @Nullable Asked known = asked.get(batch.producerId());
        if (known != null && batch.baseSequence() > known.lowestSequence()) {
            throw new OutOfOrderSequenceException(
                    "producer %d begins with sequence %d, and has asked for %d before"
                            .formatted(
                                    batch.producerId(),
                                    batch.baseSequence(),
                                    known.lowestSequence()));
        }
    }

    /** Forgets a producer unless it has asked at a later epoch. */
    void removeUpTo(long producerId, int epoch) {
        @Nullable Asked known = asked.get(producerId);
        if (known != null && known.epoch() <= epoch) {
            asked.remove(producerId);
        }
    }

    void remove(long producerId) {
        asked.remove(producerId);
    }
}
