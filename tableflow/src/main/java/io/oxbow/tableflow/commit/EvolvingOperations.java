package io.oxbow.tableflow.commit;

import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/**
 * Operations on a table as if its schema had grown already. Iceberg's own snapshot producer, retry
 * loop and all, works on these operations, and so commits the growth, the new snapshot and the
 * properties in one step, with the field ids that the data files have.
 */
final class EvolvingOperations implements TableOperations {

    private final TableOperations operations;
    private final long epoch;
    private final @Nullable SchemaChange growth;
    private final Function<TableMetadata, Map<String, String>> properties;
    private @Nullable TableMetadata base;
    private @Nullable TableMetadata grown;
    private boolean done;

    /**
     * @param epoch that manifests of the commit are named by
     * @param properties what to set beside, by the metadata that is about to be committed
     */
    EvolvingOperations(
            TableOperations operations,
            long epoch,
            @Nullable SchemaChange growth,
            Function<TableMetadata, Map<String, String>> properties) {
        this.operations = operations;
        this.epoch = epoch;
        this.growth = growth;
        this.properties = properties;
    }

    @Override
    public TableMetadata current() {
        return grow(operations.current());
    }

    @Override
    public TableMetadata refresh() {
        return grow(operations.refresh());
    }

    private TableMetadata grow(TableMetadata now) {
        if (done) {
            return now;
        }
        TableMetadata known = grown;
        if (known != null && base == now) {
            return known;
        }
        if (growth != null && !growth.growsFrom(now)) {
            throw new SupersededException(
                    "the table's schema was changed by somebody else in the meantime");
        }
        TableMetadata result = growth == null ? now : growth.applyTo(now);
        base = now;
        grown = result;
        return result;
    }

    @Override
    public void commit(TableMetadata expected, TableMetadata updated) {
        if (expected != grown || base == null) {
            throw new org.apache.iceberg.exceptions.CommitFailedException(
                    "Cannot commit: stale table metadata");
        }
        TableMetadata complete =
                TableMetadata.buildFrom(updated).setProperties(properties.apply(updated)).build();
        operations.commit(base, complete);
        done = true;
    }

    @Override
    public FileIO io() {
        return operations.io();
    }

    @Override
    public EncryptionManager encryption() {
        return operations.encryption();
    }

    @Override
    public String metadataFileLocation(String fileName) {
        return operations.metadataFileLocation(OwnFiles.manifestName(epoch, fileName));
    }

    @Override
    public LocationProvider locationProvider() {
        return operations.locationProvider();
    }

    @Override
    public TableOperations temp(TableMetadata uncommitted) {
        return operations.temp(uncommitted);
    }

    @Override
    public long newSnapshotId() {
        return operations.newSnapshotId();
    }

    @Override
    public boolean requireStrictCleanup() {
        return operations.requireStrictCleanup();
    }
}
