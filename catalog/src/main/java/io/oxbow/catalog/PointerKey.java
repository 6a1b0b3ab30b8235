package io.oxbow.catalog;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** Makes keys of pointers; the package's doc has the grammar. */
final class PointerKey {

    private static final String NAMESPACE = "iceberg/namespace/";
    private static final String NAME = "iceberg/name/";
    private static final String TABLE = "iceberg/table/";

    private PointerKey() {}

    static String of(Namespace namespace) {
        return NAMESPACE + path(namespace);
    }

    static String of(TableIdentifier name) {
        return NAME + path(name.namespace()) + "/" + encode(name.name());
    }

    static String ofTable(String id) {
        return TABLE + id;
    }

    /** Returns the prefix of the namespaces below one; of all, if that is empty. */
    static String namespacesIn(Namespace parent) {
        return parent.isEmpty() ? NAMESPACE : of(parent) + "/";
    }

    /** Returns the prefix of the names in a namespace, and in those below it. */
    static String namesIn(Namespace namespace) {
        return NAME + path(namespace) + "/";
    }

    /** Returns true if a key that starts with the prefix is right under it. */
    static boolean isDirect(String key, String prefix) {
        return key.indexOf('/', prefix.length()) < 0;
    }

    /** Returns the last part of a key, as it was before it was encoded. */
    static String last(String key) {
        return URLDecoder.decode(key.substring(key.lastIndexOf('/') + 1), StandardCharsets.UTF_8);
    }

    private static String path(Namespace namespace) {
        return Arrays.stream(namespace.levels())
                .map(PointerKey::encode)
                .collect(Collectors.joining("/"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
