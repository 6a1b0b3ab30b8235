package io.oxbow.catalog;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Named values with one truth each. A read sees at least what was put before it through this
 * object, and may lag behind what others put.
 *
 * <p>A key's versions grow and none ever comes back, also when the key was deleted and set anew.
 */
public interface TablePointers {

    Optional<Pointer> get(String key);

    /** All pointers whose key starts so. */
    Map<String, Pointer> list(String prefix);

    /**
     * Sets or deletes a pointer if it has the expected version.
     *
     * @param expectedVersion 0 when the key must be absent
     * @param value null deletes
     * @throws PointersUnavailableException when it did not take place and never will
     */
    Outcome put(String key, long expectedVersion, byte @Nullable [] value);

    /** A value and the version it is at. */
    record Pointer(long version, byte[] value) {}

    /** What became of a put. */
    sealed interface Outcome {

        /** It took place. For a deletion the version means nothing. */
        record Set(long version) implements Outcome {}

        /**
         * It did not take place.
         *
         * @param actualVersion 0 when the key is absent
         */
        record Conflict(long actualVersion) implements Outcome {}

        /** It may have taken place, or may yet. */
        record Unknown(Throwable cause) implements Outcome {}
    }
}
