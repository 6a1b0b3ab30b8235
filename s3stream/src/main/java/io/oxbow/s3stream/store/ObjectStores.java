package io.oxbow.s3stream.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.s3stream.env.Environment;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

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

    /** Every option that some kind of store takes. */
    public static List<String> optionNames() {
        return Stream.of(S3Options.NAMES, OssOptions.NAMES).flatMap(List::stream).toList();
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
            case "oss" -> openOss(uri, options, environment, metrics);
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
        S3Config config = S3Config.of(bucket(uri), options);
        return openBelow(prefix(uri), () -> S3ObjectStore.open(config, environment, metrics));
    }

    private static ObjectStore openOss(
            URI uri, Map<String, String> options, Environment environment, StoreMetrics metrics) {
        OssConfig config = OssOptions.config(bucket(uri), options);
        return openBelow(prefix(uri), () -> OssObjectStore.open(config, environment, metrics));
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
