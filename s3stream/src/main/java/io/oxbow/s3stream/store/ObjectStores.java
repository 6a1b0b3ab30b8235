package io.oxbow.s3stream.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.s3stream.env.Environment;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/** Opens a bucket by its URI. */
public final class ObjectStores {

    private ObjectStores() {}

    /**
     * Opens {@code file:///DIRECTORY}, {@code s3://BUCKET[/PREFIX]} or {@code
     * oss://BUCKET[/PREFIX]}.
     *
     * @param options for {@code s3}: those of {@link S3Options}; for {@code oss}: those of {@link
     *     OssOptions}
     * @param meters where requests are counted
     * @throws IllegalArgumentException when a value cannot be used; the message says which
     * @throws StoreException when a local directory cannot be used, or an OSS bucket is versioned
     *     or does not say
     */
    public static ObjectStore open(
            String store, StoreOptions options, Environment environment, MeterRegistry meters) {
        return plan(store, options).open(environment, StoreMetrics.in(meters));
    }

    /** The same, without counting. */
    public static ObjectStore open(
            String store, Map<String, String> options, Environment environment) {
        return plan(store, StoreOptions.of(options)).open(environment, StoreMetrics.none());
    }

    /**
     * Checks what {@link #open} would be given, and neither makes nor asks anything.
     *
     * @throws IllegalArgumentException when a value cannot be used; the message says which
     */
    public static void check(String store, StoreOptions options) {
        plan(store, options);
    }

    /**
     * Opens a bucket, tries all that is asked of it, and closes it.
     *
     * @throws IllegalArgumentException when a value cannot be used; the message says which
     */
    public static StoreProbe.Result probe(
            String store, Map<String, String> options, Environment environment) {
        try (ObjectStore opened = open(store, options, environment)) {
            return StoreProbe.probeThoroughly(opened, environment);
        } catch (StoreException e) {
            return new StoreProbe.Result.Unreachable(e);
        }
    }

    /** A store whose options have been checked, to be opened. */
    @FunctionalInterface
    private interface Plan {
        ObjectStore open(Environment environment, StoreMetrics metrics);
    }

    private static Plan plan(String store, StoreOptions options) {
        URI uri = parse(store);
        return switch (uri.getScheme()) {
            case "file" -> local(uri, options);
            case "s3" -> s3(uri, options);
            case "oss" -> oss(uri, options);
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

    private static Plan local(URI uri, StoreOptions options) {
        if (!options.names().isEmpty()) {
            throw invalid(
                    uri.toString(),
                    "a local store takes no options, but was given " + options.names());
        }
        Path directory = directory(uri);
        return (environment, metrics) ->
                new MeteredObjectStore(LocalObjectStore.open(directory), metrics, environment);
    }

    private static Path directory(URI uri) {
        try {
            return Path.of(uri);
        } catch (IllegalArgumentException e) {
            throw invalid(uri.toString(), e.toString());
        }
    }

    private static Plan s3(URI uri, StoreOptions options) {
        S3Config config = S3Config.of(bucket(uri), options);
        config.address().trust().ifPresent(TrustedAuthorities::of);
        String prefix = prefix(uri);
        return (environment, metrics) ->
                openBelow(prefix, () -> S3ObjectStore.open(config, environment, metrics));
    }

    private static Plan oss(URI uri, StoreOptions options) {
        OssConfig config = OssOptions.config(bucket(uri), options);
        String prefix = prefix(uri);
        return (environment, metrics) ->
                openBelow(prefix, () -> OssObjectStore.open(config, environment, metrics));
    }

    private static ObjectStore openBelow(String prefix, Supplier<ObjectStore> whole) {
        return prefix.isEmpty() ? whole.get() : PrefixedStore.owning(whole.get(), prefix);
    }

    private static String bucket(URI uri) {
        String bucket = uri.getAuthority();
        if (bucket == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw invalid(uri.toString(), "it names no bucket");
        }
        return bucket;
    }

    private static String prefix(URI uri) {
        String prefix = stripSlashes(uri.getPath());
        return prefix.isEmpty() ? prefix : Keys.checked(prefix);
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
                "store '%s' cannot be used (%s); allowed are file:///DIRECTORY, s3://BUCKET[/PREFIX] and oss://BUCKET[/PREFIX]"
                        .formatted(store, why));
    }
}
