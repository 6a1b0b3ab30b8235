package io.oxbow.s3stream.store;

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
     * @param options for {@code s3}: {@code s3.endpoint}, {@code s3.region}, {@code
     *     s3.path-style-access}, {@code s3.access-key-id}, {@code s3.secret-access-key}, named as
     *     Iceberg does; without keys, the SDK's default credentials. For {@code oss}: see {@link
     *     OssConfig}
     * @throws IllegalArgumentException when a value cannot be used; the message says which
     * @throws StoreException when a local directory cannot be used, or an OSS bucket is versioned
     *     or does not say
     */
    public static ObjectStore open(
            String store, Map<String, String> options, Environment environment) {
        URI uri = parse(store);
        return switch (uri.getScheme()) {
            case "file" -> openLocal(uri, options);
            case "s3" -> openS3(uri, options, environment);
            case "oss" -> openOss(uri, options, environment);
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
            URI uri, Map<String, String> options, Environment environment) {
        S3Config config = S3Config.of(bucket(uri), options);
        return openBelow(prefix(uri), () -> S3ObjectStore.open(config, environment));
    }

    private static ObjectStore openOss(
            URI uri, Map<String, String> options, Environment environment) {
        OssConfig config = OssConfig.of(bucket(uri), options);
        return openBelow(prefix(uri), () -> OssObjectStore.open(config, environment));
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
