package io.oxbow.s3stream.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.s3stream.env.Environment;
import java.net.URI;
import java.util.Map;

/** Opens an object store by its URI. */
public final class ObjectStores {

    private ObjectStores() {}

    /**
     * Opens {@code file:///DIRECTORY}, {@code s3://BUCKET[/PREFIX]}, or the URI of another {@link
     * StoreKind}.
     *
     * @param options of that kind
     * @param meters where requests are counted
     * @throws IllegalArgumentException when a value cannot be used; the message says which
     * @throws StoreException when a local directory cannot be used, or an OSS bucket is versioned
     *     or does not say
     */
    public static ObjectStore open(
            String store, StoreOptions options, Environment environment, MeterRegistry meters) {
        return plan(store, options).open(environment, StoreMetrics.in(meters));
    }

    /** Opens a store as the other method does, without counting its requests. */
    public static ObjectStore open(
            String store, Map<String, String> options, Environment environment) {
        return plan(store, StoreOptions.of(options)).open(environment, StoreMetrics.none());
    }

    /**
     * Checks the arguments of {@link #open} without making or requesting anything.
     *
     * @throws IllegalArgumentException when a value cannot be used; the message says which
     */
    public static void check(String store, StoreOptions options) {
        plan(store, options);
    }

    private static StoreKind.Plan plan(String store, StoreOptions options) {
        URI uri = parse(store);
        StoreKind kind = StoreKinds.of(uri.getScheme());
        if (kind == null) {
            throw invalid(store, "no such kind of store");
        }
        return kind.plan(uri, options);
    }

    private static URI parse(String store) {
        try {
            return URI.create(store);
        } catch (IllegalArgumentException e) {
            throw invalid(store, e.toString());
        }
    }

    /** For kinds of stores: why a URI cannot be used, and which forms can. */
    public static IllegalArgumentException invalid(String store, String why) {
        return new IllegalArgumentException(
                "store '%s' cannot be used (%s); allowed are %s"
                        .formatted(store, why, StoreKinds.forms()));
    }
}
