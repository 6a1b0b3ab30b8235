package io.oxbow.node.config;

import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.store.StoreOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** Keys of the bucket and the options that go with its kind, checked before anything is made. */
final class StoreKeys {

    private static final String ALLOWED =
            "; allowed are file:///DIRECTORY (absolute) and s3://BUCKET or s3://BUCKET/PREFIX";

    private StoreKeys() {}

    static URI store(String given, Path dataDir) {
        if (given.isEmpty()) {
            return URI.create(
                    "file://"
                            + dataDir.resolve("bucket").toUri().getRawPath().replaceAll("/+$", ""));
        }
        URI uri;
        try {
            uri = URI.create(given);
        } catch (IllegalArgumentException e) {
            throw new ConfigFailure(NodeConfigKeys.STORE + " is not a URI" + ALLOWED);
        }
        if (uri.isOpaque()) {
            throw new ConfigFailure(NodeConfigKeys.STORE + " is no bucket" + ALLOWED);
        }
        if (carriesMore(uri)) {
            throw new ConfigFailure(
                    NodeConfigKeys.STORE
                            + " carries more than a bucket's name and a prefix; keys and options of"
                            + " the store have settings of their own");
        }
        boolean file =
                "file".equals(uri.getScheme())
                        && uri.getPath() != null
                        && uri.getPath().startsWith("/");
        boolean s3 = "s3".equals(uri.getScheme()) && uri.getHost() != null;
        if (!file && !s3) {
            throw new ConfigFailure(NodeConfigKeys.STORE + "=" + given + " is no bucket" + ALLOWED);
        }
        return uri;
    }

    /**
     * Returns true if the URI has a user, a password or a query, which may be a secret that no
     * message should show.
     */
    private static boolean carriesMore(URI uri) {
        String authority = uri.getRawAuthority();
        return (authority != null && authority.contains("@"))
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null;
    }

    static StoreOptions options(URI store, Map<String, String> given) {
        if ("file".equals(store.getScheme()) && !given.isEmpty()) {
            throw new ConfigFailure(
                    "%s: %s is the directory %s, which takes no such option; set %s=s3://BUCKET, or leave it out"
                            .formatted(
                                    String.join(", ", given.keySet()),
                                    NodeConfigKeys.STORE,
                                    store.getPath(),
                                    NodeConfigKeys.STORE));
        }
        StoreOptions options = StoreOptions.of(given);
        try {
            ObjectStores.check(store.toString(), options);
        } catch (IllegalArgumentException e) {
            throw new ConfigFailure(String.valueOf(e.getMessage()));
        }
        return options;
    }
}
