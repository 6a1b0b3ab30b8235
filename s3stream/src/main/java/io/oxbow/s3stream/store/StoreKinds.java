package io.oxbow.s3stream.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of stores that this program has. */
final class StoreKinds {

    private static final Map<String, StoreKind> BY_SCHEME = load();

    private StoreKinds() {}

    private static Map<String, StoreKind> load() {
        Map<String, StoreKind> kinds = new LinkedHashMap<>();
        ServiceLoader.load(StoreKind.class, StoreKind.class.getClassLoader())
                .forEach(kind -> kinds.put(kind.scheme(), kind));
        return kinds;
    }

    static @Nullable StoreKind of(@Nullable String scheme) {
        return BY_SCHEME.get(scheme);
    }

    /** Names of the options of all kinds whose values nobody may see. */
    static Set<String> secrets() {
        return BY_SCHEME.values().stream()
                .flatMap(kind -> kind.secrets().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The forms of URIs that can be used, for messages. */
    static String forms() {
        return BY_SCHEME.values().stream().map(StoreKind::form).collect(Collectors.joining(", "));
    }
}
