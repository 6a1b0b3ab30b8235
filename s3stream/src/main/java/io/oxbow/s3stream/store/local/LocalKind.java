package io.oxbow.s3stream.store.local;

import io.oxbow.s3stream.store.MeteredObjectStore;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.store.StoreKind;
import io.oxbow.s3stream.store.StoreOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/** Buckets in local directories. */
public final class LocalKind implements StoreKind {

    @Override
    public String scheme() {
        return "file";
    }

    @Override
    public String form() {
        return "file:///DIRECTORY";
    }

    @Override
    public Set<String> secrets() {
        return Set.of();
    }

    @Override
    public Plan plan(URI uri, StoreOptions options) {
        if (!options.names().isEmpty()) {
            throw ObjectStores.invalid(
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
            throw ObjectStores.invalid(uri.toString(), e.toString());
        }
    }
}
