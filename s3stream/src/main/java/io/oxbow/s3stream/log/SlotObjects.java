package io.oxbow.s3stream.log;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.log.format.LogKeys;
import io.oxbow.s3stream.log.format.Slot;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.StoreException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slots of the log as objects in the bucket. Every call repeats its request until the outcome is
 * known, or until {@link Pauses#stop()}.
 */
final class SlotObjects {

    private static final Logger LOG = LoggerFactory.getLogger(SlotObjects.class);

    /**
     * Number of reads after which a damaged answer counts as a damaged object, not as the network's
     * fault.
     */
    private static final int READS_BEFORE_CORRUPT = 3;

    private static final int ATTEMPTS_BETWEEN_WARNINGS = 20;

    private final ObjectStore store;
    private final Pauses pauses;

    SlotObjects(ObjectStore store, Pauses pauses) {
        this.store = store;
        this.pauses = pauses;
    }

    /** Reads the slot's object; null if there is none now, though one may still arrive. */
    @Nullable Slot read(long slot) {
        String key = LogKeys.slot(slot);
        for (int attempt = 1; ; attempt++) {
            switch (store.get(key)) {
                case GetResult.NotFound ignored -> {
                    return null;
                }
                case GetResult.Unavailable unavailable ->
                        warn("read", key, attempt, unavailable.cause());
                case GetResult.Found found -> {
                    try {
                        return decode(slot, key, found.body());
                    } catch (CorruptException e) {
                        if (attempt >= READS_BEFORE_CORRUPT) {
                            throw e;
                        }
                    }
                }
            }
            pauses.afterAttempt(attempt);
        }
    }

    /** Reads the slot's object by one request; empty when that does not find it whole. */
    Optional<Slot> readOnce(long slot) {
        String key = LogKeys.slot(slot);
        return store.get(key) instanceof GetResult.Found(var body)
                ? Optional.of(decode(slot, key, body))
                : Optional.empty();
    }

    /** Answer of one request about a slot. */
    enum Sight {
        TAKEN,
        FREE,
        NO_ANSWER
    }

    /**
     * Checks with one request whether a slot is taken; no retry, so that nothing to be written
     * waits for the answer.
     */
    Sight glance(long slot) {
        return switch (store.get(LogKeys.slot(slot))) {
            case GetResult.Found ignored -> Sight.TAKEN;
            case GetResult.NotFound ignored -> Sight.FREE;
            case GetResult.Unavailable ignored -> Sight.NO_ANSWER;
        };
    }

    private static Slot decode(long slot, String key, ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        Slot found = Slot.decode(key, bytes);
        if (found.entry().slot() != slot) {
            throw new CorruptException("%s holds slot %d".formatted(key, found.entry().slot()));
        }
        return found;
    }

    /**
     * Creates the slot's object, with the same bytes in every attempt.
     *
     * @return true when the object is ours, false when another's is there
     */
    boolean create(long slot, UUID putId, byte[] bytes) {
        String key = LogKeys.slot(slot);
        List<ByteBuffer> body = List.of(ByteBuffer.wrap(bytes));
        for (int attempt = 1; ; attempt++) {
            switch (store.putIfAbsent(key, body)) {
                case CreateResult.Created ignored -> {
                    return true;
                }
                case CreateResult.Exists ignored -> {
                    Slot occupant = read(slot);
                    if (occupant != null) {
                        return occupant.entry().putId().equals(putId);
                    }
                    // It vanished. That proves nothing about ours: again, with the same bytes.
                }
                case CreateResult.NotApplied refused ->
                        warn("create", key, attempt, refused.cause());
                case CreateResult.Unknown unknown -> warn("create", key, attempt, unknown.cause());
            }
            pauses.afterAttempt(attempt);
        }
    }

    /** Returns the lowest slot beyond {@code slot} that has an object. */
    OptionalLong firstAfter(long slot) {
        return listAfter(slot, 1).stream().mapToLong(Listed::slot).findFirst();
    }

    /** Object of a slot in a listing. */
    record Listed(long slot, long bytes) {}

    /** Lists the lowest slots beyond {@code slot} that have an object. */
    List<Listed> listAfter(long slot, int limit) {
        for (int attempt = 1; ; attempt++) {
            switch (store.list(LogKeys.SLOTS, LogKeys.slot(slot), limit)) {
                case ListResult.Listed listed -> {
                    return listed.objects().stream()
                            .map(each -> new Listed(LogKeys.slotOf(each.key()), each.size()))
                            .toList();
                }
                case ListResult.Unavailable unavailable ->
                        warn("list", LogKeys.SLOTS, attempt, unavailable.cause());
            }
            pauses.afterAttempt(attempt);
        }
    }

    private static void warn(String what, String key, int attempt, StoreException cause) {
        if (attempt % ATTEMPTS_BETWEEN_WARNINGS == 0) {
            LOG.warn(
                    "{} {}: {} attempts without an answer, the last: {}",
                    what,
                    key,
                    attempt,
                    cause.getMessage());
        }
    }
}
