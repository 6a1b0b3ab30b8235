package io.oxbow.tableflow.tend;

import io.oxbow.tableflow.TableFlowException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.UnboundTerm;
import org.apache.iceberg.util.NaNUtil;
import org.apache.iceberg.util.StructLikeMap;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that files were added to since nothing was due in them. They are learned from the
 * manifests that were written since, so that what a look at them reads does not grow with the
 * table.
 */
final class TouchedPartitions {

    /** Most partitions that are looked at by themselves; beyond, the whole table is. */
    private static final int PARTITIONS_MAX = 200;

    private static final long ALL = -1;

    private final Map<Integer, StructLikeMap<PartitionSpec>> bySpec = new HashMap<>();

    /** Sequence number up to which files are counted in; {@link #ALL} for none yet. */
    private long seen = ALL;

    /** Counts in what was added up to a table's present snapshot. */
    void update(Table table) {
        Snapshot current = table.currentSnapshot();
        if (current == null || seen == ALL) {
            return;
        }
        if (current.sequenceNumber() < seen) {
            all(); // rolled back
            return;
        }
        for (ManifestFile manifest : current.dataManifests(table.io())) {
            if (manifest.sequenceNumber() > seen) {
                add(table, manifest);
            }
        }
        if (size() > PARTITIONS_MAX) {
            all();
        } else {
            seen = current.sequenceNumber();
        }
    }

    private void add(Table table, ManifestFile manifest) {
        PartitionSpec spec = Objects.requireNonNull(table.specs().get(manifest.partitionSpecId()));
        StructLikeMap<PartitionSpec> partitions =
                bySpec.computeIfAbsent(
                        spec.specId(), _ -> StructLikeMap.create(spec.partitionType()));
        try (ManifestReader<DataFile> files =
                ManifestFiles.read(manifest, table.io(), table.specs())) {
            for (DataFile file : files) {
                Long added = file.fileSequenceNumber();
                if (added == null || added > seen) {
                    partitions.put(file.copyWithoutStats().partition(), spec);
                }
            }
        } catch (IOException e) {
            throw TableFlowException.retryable("cannot read " + manifest.path(), e);
        }
    }

    private int size() {
        return bySpec.values().stream().mapToInt(Map::size).sum();
    }

    /** Has the whole table looked at next. */
    void all() {
        bySpec.clear();
        seen = ALL;
    }

    /** Begins anew: nothing is due in any file of a table's present snapshot. */
    void settled(Table table) {
        Snapshot current = table.currentSnapshot();
        bySpec.clear();
        seen = current == null ? ALL : current.sequenceNumber();
    }

    /** Returns a filter that these partitions' files pass; empty for the whole table. */
    Optional<Expression> filter(Table table) {
        if (seen == ALL) {
            return Optional.empty();
        }
        Expression any = Expressions.alwaysFalse();
        for (StructLikeMap<PartitionSpec> partitions : bySpec.values()) {
            for (Map.Entry<StructLike, PartitionSpec> partition : partitions.entrySet()) {
                any = Expressions.or(any, filter(table, partition.getValue(), partition.getKey()));
            }
        }
        return Optional.of(any);
    }

    private static Expression filter(Table table, PartitionSpec spec, StructLike values) {
        Expression each = Expressions.alwaysTrue();
        for (int i = 0; i < spec.fields().size(); i++) {
            PartitionField field = spec.fields().get(i);
            String column = table.schema().findColumnName(field.sourceId());
            if (column != null && !field.transform().isVoid()) {
                each = Expressions.and(each, filter(column, field, values.get(i, Object.class)));
            }
        }
        return each;
    }

    @SuppressWarnings("unchecked")
    private static Expression filter(String column, PartitionField field, @Nullable Object value) {
        UnboundTerm<Object> term =
                field.transform().isIdentity()
                        ? Expressions.ref(column)
                        : (UnboundTerm<Object>) Expressions.transform(column, field.transform());
        if (value == null) {
            return Expressions.isNull(term);
        }
        return NaNUtil.isNaN(value) ? Expressions.isNaN(term) : Expressions.equal(term, value);
    }
}
