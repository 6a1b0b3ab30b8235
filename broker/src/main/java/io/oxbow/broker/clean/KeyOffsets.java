package io.oxbow.broker.clean;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.NoSuchAlgorithmException;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;

/**
 * Offset map: of each key of a dirty part, the offset of its last record. Keys are kept as Kafka's
 * cleaner keeps them, as digests of 16 bytes. For one thread.
 */
final class KeyOffsets {

    /** Bytes of a digest and an offset. */
    static final int ENTRY_BYTES = 24;

    /** Fewer slots than these are not worth a calculation. */
    private static final long SLOTS_MIN = 64;

    private final SkimpyOffsetMap map;
    private final int keysMax;

    private KeyOffsets(int bytes, double loadFactor) {
        try {
            this.map = new SkimpyOffsetMap(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        this.keysMax = (int) Math.max(1, map.slots() * loadFactor);
    }

    /** Makes a map for as many keys as there may be, or as fit. */
    static KeyOffsets of(long offsets, CleanerSettings settings) {
        double slots = Math.max(SLOTS_MIN, Math.ceil(offsets / settings.mapLoadFactor()) + 1);
        double bytes = Math.min(slots * ENTRY_BYTES, settings.mapBytesMax());
        return new KeyOffsets(
                (int) Math.clamp((long) bytes, 2L * ENTRY_BYTES, Integer.MAX_VALUE - 8L),
                settings.mapLoadFactor());
    }

    boolean isFull() {
        return map.size() >= keysMax;
    }

    /** Notes a record; offsets grow from call to call. */
    void put(ByteBuffer key, long offset) {
        try {
            map.put(key, offset);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the offset of the key's last record; -1 if the key is not in the dirty part. */
    long lastOf(ByteBuffer key) {
        try {
            return map.get(key);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }
}
