package io.oxbow.catalog;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Named values with one truth each. A read sees at least what was put before it through this
 * object, and may lag behind the puts of others.
 *
 * <p>A key's versions grow and none ever comes back, also when the key was deleted and set anew.
 */
public interface TablePointers {

    Optional<Pointer> get(String key);

    /** Returns all pointers whose key starts with the prefix. */
    Map<String, Pointer> list(String prefix);

    /**
     * Sets or deletes a pointer if it has the expected version.
     *
     * @param expectedVersion 0 when the key must be absent
     * @param value null deletes
     * @throws PointersUnavailableException when it did not take place and never will
     */
    Outcome put(String key, long expectedVersion, byte @Nullable [] value);

    /** A value and its version. */
    record Pointer(long version, byte[] value) {}

    /** Outcome of a put. */
    sealed interface Outcome {

        /** The put took place. For a deletion the version means nothing. */
        record Set(long version) implements Outcome {}

        /**
         * The put did not take place.
         *
         * @param actualVersion 0 when the key is absent
         */
        record Conflict(long actualVersion) implements Outcome {}

        /** The put may have taken place, or may yet. */
        record Unknown(Throwable cause) implements Outcome {}
    }
}
