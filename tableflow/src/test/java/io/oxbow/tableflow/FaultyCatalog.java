package io.oxbow.tableflow;

import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/** A catalog whose commits fail on demand. */
public final class FaultyCatalog implements Catalog, SupportsNamespaces {

    /** Outcomes of a commit. */
    public enum Fault {
        /** Another commit was first; a repetition may succeed. */
        CONFLICT,
        /** The commit is not applied, and the caller dies of the failure. */
        REFUSED_FOR_GOOD,
        /** The commit is applied, but nobody learns of that. */
        APPLIED_UNKNOWN,
        /** The commit is not applied, and nobody learns of that. */
        LOST_UNKNOWN,
        /** The commit is applied, and the caller dies before the answer. */
        APPLIED_THEN_DIED
    }

    private final Catalog delegate;
    private @Nullable Fault fault;
    private int commitsBefore;
    private @Nullable Runnable beforeCommit;

    public FaultyCatalog(Catalog delegate) {
        this.delegate = delegate;
    }

    /** Makes one commit fail, after so many more. */
    public void next(Fault newFault, int afterCommits) {
        fault = newFault;
        commitsBefore = afterCommits;
    }

    public void clear() {
        fault = null;
    }

    /** Runs an action of another committer just before the next commit. */
    public void beforeNextCommit(Runnable what) {
        beforeCommit = what;
    }

    public Catalog delegate() {
        return delegate;
    }

    public Table unwatched(TableIdentifier identifier) {
        return delegate.loadTable(identifier);
    }

    private void commit(TableOperations operations, TableMetadata base, TableMetadata updated) {
        Runnable first = beforeCommit;
        beforeCommit = null;
        if (first != null) {
            first.run();
        }
        Fault now = fault != null && commitsBefore-- == 0 ? fault : null;
        if (now != null) {
            fault = null;
        }
        switch (now) {
            case CONFLICT -> throw new CommitFailedException("a rival was faster");
            case REFUSED_FOR_GOOD -> throw new IllegalStateException("refused");
            case LOST_UNKNOWN ->
                    throw new CommitStateUnknownException(new IllegalStateException("lost"));
            case APPLIED_UNKNOWN -> {
                operations.commit(base, updated);
                throw new CommitStateUnknownException(new IllegalStateException("no answer"));
            }
            case APPLIED_THEN_DIED -> {
                operations.commit(base, updated);
                throw new IllegalStateException("died");
            }
            case null -> operations.commit(base, updated);
        }
    }

    @Override
    public Table loadTable(TableIdentifier identifier) {
        Table table = delegate.loadTable(identifier);
        return new BaseTable(
                new Operations(((HasTableOperations) table).operations()), table.name());
    }

    private final class Operations implements TableOperations {
        private final TableOperations inner;

        Operations(TableOperations inner) {
            this.inner = inner;
        }

        @Override
        public TableMetadata current() {
            return inner.current();
        }

        @Override
        public TableMetadata refresh() {
            return inner.refresh();
        }

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            FaultyCatalog.this.commit(inner, base, metadata);
        }

        @Override
        public FileIO io() {
            return inner.io();
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return inner.metadataFileLocation(fileName);
        }

        @Override
        public LocationProvider locationProvider() {
            return inner.locationProvider();
        }
    }

    @Override
    public TableBuilder buildTable(TableIdentifier identifier, Schema schema) {
        return delegate.buildTable(identifier, schema);
    }

    @Override
    public List<TableIdentifier> listTables(Namespace namespace) {
        return delegate.listTables(namespace);
    }

    @Override
    public boolean dropTable(TableIdentifier identifier, boolean purge) {
        return delegate.dropTable(identifier, purge);
    }

    @Override
    public void renameTable(TableIdentifier from, TableIdentifier to) {
        delegate.renameTable(from, to);
    }

    private SupportsNamespaces namespaces() {
        return (SupportsNamespaces) delegate;
    }

    @Override
    public void createNamespace(Namespace namespace, Map<String, String> metadata) {
        namespaces().createNamespace(namespace, metadata);
    }

    @Override
    public List<Namespace> listNamespaces(Namespace namespace) {
        return namespaces().listNamespaces(namespace);
    }

    @Override
    public Map<String, String> loadNamespaceMetadata(Namespace namespace) {
        return namespaces().loadNamespaceMetadata(namespace);
    }

    @Override
    public boolean dropNamespace(Namespace namespace) {
        return namespaces().dropNamespace(namespace);
    }

    @Override
    public boolean setProperties(Namespace namespace, Map<String, String> properties) {
        return namespaces().setProperties(namespace, properties);
    }

    @Override
    public boolean removeProperties(Namespace namespace, java.util.Set<String> properties) {
        return namespaces().removeProperties(namespace, properties);
    }
}
