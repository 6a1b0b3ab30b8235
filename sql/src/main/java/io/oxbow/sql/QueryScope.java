package io.oxbow.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;

/**
 * What one query sees of the catalog: everything is asked for once, so that a table that is used
 * twice is the same both times. Not thread-safe.
 */
final class QueryScope {

    private final RESTCatalog catalog;
    private final Map<Namespace, List<Namespace>> namespaces = new LinkedHashMap<>();
    private final Map<Namespace, List<TableIdentifier>> tables = new LinkedHashMap<>();
    private final Map<TableIdentifier, Optional<Table>> loaded = new LinkedHashMap<>();

    QueryScope(RESTCatalog catalog) {
        this.catalog = catalog;
    }

    List<Namespace> namespacesIn(Namespace parent) {
        return namespaces.computeIfAbsent(parent, catalog::listNamespaces);
    }

    /** All namespaces, nested ones after those they are in. */
    List<Namespace> allNamespaces() {
        List<Namespace> all = new ArrayList<>(namespacesIn(Namespace.empty()));
        for (int i = 0; i < all.size(); i++) {
            all.addAll(i + 1, namespacesIn(all.get(i)));
        }
        return all;
    }

    /** The namespace inside another, by name in any case; a name with dots goes further down. */
    Optional<Namespace> namespace(Namespace parent, String name) {
        Namespace found = parent;
        for (String level : name.split("\\.", -1)) {
            Optional<Namespace> next = child(found, level);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            found = next.get();
        }
        return Optional.of(found);
    }

    private Optional<Namespace> child(Namespace parent, String name) {
        List<Namespace> children = namespacesIn(parent);
        return pick(children, child -> child.level(child.length() - 1), name);
    }

    List<TableIdentifier> tablesIn(Namespace namespace) {
        return tables.computeIfAbsent(
                namespace,
                key -> {
                    try {
                        return catalog.listTables(key);
                    } catch (NoSuchNamespaceException e) {
                        return List.of();
                    }
                });
    }

    /** The table by name in any case, if there is one. */
    Optional<Table> table(Namespace namespace, String name) {
        TableIdentifier exact = TableIdentifier.of(namespace, name);
        Optional<Table> found = load(exact);
        return found.isPresent()
                ? found
                : pick(tablesIn(namespace), TableIdentifier::name, name).flatMap(this::load);
    }

    /** Names of the tables that were looked up and have no snapshot: nothing was ever committed. */
    List<String> withoutSnapshot() {
        return loaded.entrySet().stream()
                .filter(each ->
                        each.getValue().filter(t -> t.currentSnapshot() == null).isPresent())
                .map(each -> each.getKey().name())
                .toList();
    }

    private Optional<Table> load(TableIdentifier identifier) {
        return loaded.computeIfAbsent(
                identifier,
                key -> {
                    try {
                        return Optional.of(catalog.loadTable(key));
                    } catch (NoSuchTableException | NoSuchNamespaceException e) {
                        return Optional.empty();
                    }
                });
    }

    private static <T> Optional<T> pick(
            List<T> all, java.util.function.Function<T, String> nameOf, String name) {
        return all.stream()
                .filter(each -> nameOf.apply(each).equals(name))
                .findFirst()
                .or(() ->
                        all.stream()
                                .filter(each -> nameOf.apply(each).equalsIgnoreCase(name))
                                .findFirst());
    }

    /** Names of tables and namespaces seen so far, for suggestions. */
    List<String> relationNames() {
        List<String> names = new ArrayList<>();
        namespaces.values().forEach(all -> all.forEach(each -> names.add(each.toString())));
        tables.values().forEach(all -> all.forEach(each -> names.add(each.name())));
        return names;
    }

    /** Names of the columns, nested ones too, of the tables used so far; for suggestions. */
    List<String> columnNames() {
        List<String> names = new ArrayList<>();
        for (Optional<Table> table : loaded.values()) {
            table.ifPresent(present -> addNames(present.schema(), names));
        }
        return names;
    }

    private static void addNames(Schema schema, List<String> names) {
        for (Types.NestedField field :
                org.apache.iceberg.types.TypeUtil.indexById(schema.asStruct()).values()) {
            names.add(field.name());
        }
    }

    static String display(Namespace namespace) {
        return String.join(".", Arrays.asList(namespace.levels()));
    }
}
