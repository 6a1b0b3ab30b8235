package io.oxbow.catalog;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;

/** Keeps namespaces as pointers with properties. Thread-safe. */
final class PointerNamespaces {

    /** Most lost races in a row, more than any honest load brings about. */
    private static final int TURNS = 100;

    private final TablePointers pointers;
    private final Swap swap;

    PointerNamespaces(TablePointers pointers) {
        this.pointers = pointers;
        this.swap = new Swap(pointers);
    }

    void create(Namespace namespace, Map<String, String> properties) {
        if (namespace.isEmpty() || Arrays.asList(namespace.levels()).contains("")) {
            throw new IllegalArgumentException("Invalid namespace: '" + namespace + "'");
        }
        Namespace parent = parent(namespace);
        require(parent);
        Swap.Result put =
                swap.run(PointerKey.of(namespace), 0, PointerValue.ofNamespace(properties));
        if (!(put instanceof Swap.Result.Done made)) {
            Swap.isDone(put, namespace);
            throw new AlreadyExistsException("Namespace already exists: %s", namespace);
        }
        if (!touch(parent)) {
            swap.run(PointerKey.of(namespace), made.version(), null);
            throw missing(parent);
        }
    }

    List<Namespace> list(Namespace parent) {
        require(parent);
        String prefix = PointerKey.namespacesIn(parent);
        return pointers.list(prefix).keySet().stream()
                .filter(key -> PointerKey.isDirect(key, prefix))
                .sorted()
                .map(key -> child(parent, PointerKey.last(key)))
                .toList();
    }

    Map<String, String> properties(Namespace namespace) {
        return PointerValue.properties(existing(namespace).value());
    }

    boolean drop(Namespace namespace) {
        for (int turn = 0; turn < TURNS; turn++) {
            Optional<TablePointers.Pointer> found = pointers.get(PointerKey.of(namespace));
            if (namespace.isEmpty() || found.isEmpty()) {
                return false;
            }
            if (!pointers.list(PointerKey.namesIn(namespace)).isEmpty()
                    || !pointers.list(PointerKey.namespacesIn(namespace)).isEmpty()) {
                throw new NamespaceNotEmptyException("Namespace %s is not empty", namespace);
            }
            if (Swap.isDone(
                    swap.run(PointerKey.of(namespace), found.get().version(), null), namespace)) {
                return true;
            }
        }
        throw new PointersUnavailableException("Namespace " + namespace + " changes all the time");
    }

    boolean alter(Namespace namespace, Consumer<Map<String, String>> change) {
        for (int turn = 0; turn < TURNS; turn++) {
            TablePointers.Pointer now = existing(namespace);
            Map<String, String> properties = new TreeMap<>(PointerValue.properties(now.value()));
            change.accept(properties);
            byte[] value = PointerValue.ofNamespace(properties);
            if (Arrays.equals(value, now.value())) {
                return false;
            }
            if (Swap.isDone(swap.run(PointerKey.of(namespace), now.version(), value), namespace)) {
                return true;
            }
        }
        throw new PointersUnavailableException("Namespace " + namespace + " changes all the time");
    }

    /**
     * Raises a namespace's version, so that a drop that has looked into it before fails. If
     * another's change comes between, that has raised the version as well.
     *
     * @return false when the namespace is gone
     */
    boolean touch(Namespace namespace) {
        if (namespace.isEmpty()) {
            return true;
        }
        String key = PointerKey.of(namespace);
        Optional<TablePointers.Pointer> now = pointers.get(key);
        if (now.isEmpty()) {
            return false;
        }
        Swap.Result result = swap.run(key, now.get().version(), now.get().value());
        return Swap.isDone(result, namespace) || pointers.get(key).isPresent();
    }

    void require(Namespace namespace) {
        if (!namespace.isEmpty()) {
            existing(namespace);
        }
    }

    static NoSuchNamespaceException missing(Namespace namespace) {
        return new NoSuchNamespaceException("Namespace does not exist: %s", namespace);
    }

    private TablePointers.Pointer existing(Namespace namespace) {
        return (namespace.isEmpty()
                        ? Optional.<TablePointers.Pointer>empty()
                        : pointers.get(PointerKey.of(namespace)))
                .orElseThrow(() -> missing(namespace));
    }

    private static Namespace parent(Namespace namespace) {
        return Namespace.of(Arrays.copyOf(namespace.levels(), namespace.length() - 1));
    }

    private static Namespace child(Namespace parent, String name) {
        String[] levels = Arrays.copyOf(parent.levels(), parent.length() + 1);
        levels[parent.length()] = name;
        return Namespace.of(levels);
    }
}
