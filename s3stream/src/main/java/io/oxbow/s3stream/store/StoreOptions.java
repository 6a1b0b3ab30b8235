package io.oxbow.s3stream.store;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Options of a store by name. Those that are secret are {@link Secret}s from here on; the others
 * may be shown. Immutable.
 */
public final class StoreOptions {

    /** Names of the options whose values are secret. */
    private static final Set<String> SECRET = StoreKinds.secrets();

    private static final StoreOptions NONE = new StoreOptions(Map.of());

    private final SortedMap<String, String> open = new TreeMap<>();
    private final SortedMap<String, Secret> secrets = new TreeMap<>();

    private StoreOptions(Map<String, String> given) {
        given.forEach((name, value) -> {
            if (isSecret(name)) {
                secrets.put(name, Secret.of(value));
            } else {
                open.put(name, value);
            }
        });
    }

    public static StoreOptions of(Map<String, String> given) {
        return new StoreOptions(given);
    }

    public static StoreOptions none() {
        return NONE;
    }

    /** Returns whether the option of this name holds a secret. */
    public static boolean isSecret(String name) {
        return SECRET.contains(name);
    }

    /** Returns the names of all options given, sorted. */
    public SortedSet<String> names() {
        var names = new TreeSet<>(open.keySet());
        names.addAll(secrets.keySet());
        return names;
    }

    /** Returns the value of an option that is not secret. */
    public Optional<String> text(String name) {
        if (isSecret(name)) {
            throw new IllegalArgumentException(name + " is a secret");
        }
        return Optional.ofNullable(open.get(name));
    }

    public Optional<Secret> secret(String name) {
        return Optional.ofNullable(secrets.get(name));
    }

    /** Returns the options that are not secret, for clients that need to reach the store. */
    public Map<String, String> shown() {
        return Map.copyOf(open);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoreOptions options
                && open.equals(options.open)
                && secrets.equals(options.secrets);
    }

    @Override
    public int hashCode() {
        return 31 * open.hashCode() + secrets.hashCode();
    }

    @Override
    public String toString() {
        SortedMap<String, Object> all = new TreeMap<>(open);
        all.putAll(secrets);
        return all.toString();
    }
}
