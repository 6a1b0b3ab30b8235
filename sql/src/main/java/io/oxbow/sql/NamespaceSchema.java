package io.oxbow.sql;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.calcite.schema.Schema;
import org.apache.calcite.schema.Table;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.schema.lookup.LikePattern;
import org.apache.calcite.schema.lookup.Lookup;
import org.apache.calcite.schema.lookup.Named;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** A namespace as Calcite's schema: looks up what is asked for, lists only when asked to. */
final class NamespaceSchema extends AbstractSchema {

    static final String INFORMATION_SCHEMA = "information_schema";

    private final QueryScope scope;
    private final Namespace namespace;

    NamespaceSchema(QueryScope scope, Namespace namespace) {
        this.scope = scope;
        this.namespace = namespace;
    }

    @Override
    public Lookup<Table> tables() {
        return new AnyCase<>(
                name ->
                        namespace.isEmpty()
                                ? Optional.empty()
                                : TableName.find(scope, namespace, name),
                () ->
                        namespace.isEmpty()
                                ? Set.of()
                                : scope.tablesIn(namespace).stream()
                                        .map(TableIdentifier::name)
                                        .collect(Collectors.toSet()));
    }

    @Override
    public Lookup<? extends Schema> subSchemas() {
        return new AnyCase<Schema>(
                this::subSchema,
                () ->
                        scope.namespacesIn(namespace).stream()
                                .map(child -> child.level(child.length() - 1))
                                .collect(Collectors.toSet()));
    }

    private Optional<Schema> subSchema(String name) {
        if (namespace.isEmpty() && name.equalsIgnoreCase(INFORMATION_SCHEMA)) {
            return Optional.of(new InformationSchema(scope));
        }
        return scope.namespace(namespace, name).map(found -> new NamespaceSchema(scope, found));
    }

    /** Finds by name in any case, whether asked so or not. */
    private record AnyCase<T>(
            Function<String, Optional<? extends T>> find, Supplier<Set<String>> names)
            implements Lookup<T> {

        @Override
        @SuppressWarnings("NullAway") // null is Calcite's word for none
        public @Nullable T get(String name) {
            return find.apply(name).orElse(null);
        }

        @Override
        @SuppressWarnings("NullAway") // null is Calcite's word for none
        public @Nullable Named<T> getIgnoreCase(String name) {
            return find.apply(name).map(found -> new Named<T>(name, found)).orElse(null);
        }

        @Override
        public Set<String> getNames(LikePattern pattern) {
            return names.get().stream()
                    .filter(name -> pattern.matcher().apply(name))
                    .collect(Collectors.toSet());
        }
    }
}
