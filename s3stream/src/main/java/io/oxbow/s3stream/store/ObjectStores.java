package io.oxbow.s3stream.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.s3stream.env.Environment;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Opens a bucket by its URI. */
public final class ObjectStores {

    private ObjectStores() {}

    /**
     * Opens {@code file:///DIRECTORY} or {@code s3://BUCKET[/PREFIX]}.
     *
     * @param options for {@code s3}: those of {@link S3Options}
     * @param meters where requests are counted
     * @throws IllegalArgumentException when a value cannot be used; the message says which
     * @throws StoreException when a local directory cannot be used
     */
    public static ObjectStore open(
            String store,
            Map<String, String> options,
            Environment environment,
            MeterRegistry meters) {
        return open(store, options, environment, StoreMetrics.in(meters));
    }

    /** The same, without counting. */
    public static ObjectStore open(
            String store, Map<String, String> options, Environment environment) {
        return open(store, options, environment, StoreMetrics.none());
    }

    /** Every option that some kind of store takes. */
    public static List<String> optionNames() {
        return S3Options.NAMES;
    }

    private static ObjectStore open(
            String store,
            Map<String, String> options,
            Environment environment,
            StoreMetrics metrics) {
        URI uri = parse(store);
        return switch (uri.getScheme()) {
            case "file" -> new MeteredObjectStore(openLocal(uri, options), metrics, environment);
            case "s3" -> openS3(uri, options, environment, metrics);
            case null, default -> throw invalid(store, "no such kind of store");
        };
    }

    private static URI parse(String store) {
        try {
            return URI.create(store);
        } catch (IllegalArgumentException e) {
            throw invalid(store, e.toString());
        }
    }

    private static ObjectStore openLocal(URI uri, Map<String, String> options) {
        if (!options.isEmpty()) {
            throw invalid(
                    uri.toString(),
                    "a local store takes no options, but was given " + options.keySet());
        }
        try {
            return LocalObjectStore.open(Path.of(uri));
        } catch (IllegalArgumentException e) {
            throw invalid(uri.toString(), e.toString());
        }
    }

    private static ObjectStore openS3(
            URI uri, Map<String, String> options, Environment environment, StoreMetrics metrics) {
        String bucket = uri.getAuthority();
        if (bucket == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw invalid(uri.toString(), "it names no bucket");
        }
        String prefix = stripSlashes(uri.getPath());
        S3Config config = S3Config.of(bucket, options);
        if (!prefix.isEmpty()) {
            Keys.checked(prefix);
        }
        ObjectStore whole = S3ObjectStore.open(config, environment, metrics);
        return prefix.isEmpty() ? whole : PrefixedStore.owning(whole, prefix);
    }

    private static String stripSlashes(String path) {
        int from = 0;
        int to = path.length();
        while (from < to && path.charAt(from) == '/') {
            from++;
        }
        while (to > from && path.charAt(to - 1) == '/') {
            to--;
        }
        return path.substring(from, to);
    }

    private static IllegalArgumentException invalid(String store, String why) {
        return new IllegalArgumentException(
                "store '%s' cannot be used (%s); allowed are file:///DIRECTORY and s3://BUCKET[/PREFIX]"
                        .formatted(store, why));
    }
}
