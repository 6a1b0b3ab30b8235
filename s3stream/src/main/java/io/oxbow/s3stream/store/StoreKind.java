package io.oxbow.s3stream.store;

import io.oxbow.s3stream.env.Environment;
import java.net.URI;
import java.util.Set;

/**
 * A kind of object store, such as S3. Kinds are services ({@link java.util.ServiceLoader}), so that
 * one with a library of its own can be left out.
 */
public interface StoreKind {

    /** The scheme of its stores' URIs. */
    String scheme();

    /** The form of its stores' URIs, for messages. */
    String form();

    /** Names of the options whose values nobody may see. */
    Set<String> secrets();

    /**
     * Checks what a store would be opened with, and neither makes nor asks anything.
     *
     * @throws IllegalArgumentException when a value cannot be used; the message says which
     */
    Plan plan(URI uri, StoreOptions options);

    /** Store whose options have been checked, to be opened. */
    @FunctionalInterface
    interface Plan {
        ObjectStore open(Environment environment, StoreMetrics metrics);
    }
}
