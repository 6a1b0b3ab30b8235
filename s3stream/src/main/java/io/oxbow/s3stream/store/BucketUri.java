package io.oxbow.s3stream.store;

import java.net.URI;
import java.util.function.Supplier;

/**
 * A bucket by its URI, {@code SCHEME://BUCKET[/PREFIX]}.
 *
 * @param prefix empty for the whole bucket
 */
public record BucketUri(String bucket, String prefix) {

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException when it names no bucket, or a prefix that no key can have
     */
    public static BucketUri of(URI uri) {
        String bucket = uri.getAuthority();
        if (bucket == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw ObjectStores.invalid(uri.toString(), "it names no bucket");
        }
        String prefix = stripSlashes(uri.getPath());
        return new BucketUri(bucket, prefix.isEmpty() ? prefix : Keys.checked(prefix));
    }

    /** Opens the whole bucket, and shows of it what lies below the prefix. */
    public ObjectStore open(Supplier<ObjectStore> whole) {
        return prefix.isEmpty() ? whole.get() : PrefixedStore.owning(whole.get(), prefix);
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
}
