package io.oxbow.sql;

import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** A table that Calcite reads through a {@link SourceScan}. */
abstract class SourceTable extends AbstractTable implements TranslatableTable {

    abstract Schema schema();

    /** About how many rows there are. */
    abstract double rowCount();

    /** Whether filters may be handed to {@link #rows}. */
    boolean takesFilters() {
        return false;
    }

    /**
     * Rows in Calcite's internal form, of the given columns in that order; at least those that pass
     * the filter.
     */
    abstract CloseableIterable<@Nullable Object[]> rows(ScanRequest request);

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
        return SqlTypes.rowType(factory, schema());
    }

    @Override
    public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable table) {
        return SourceScan.of(context.getCluster(), table, this);
    }
}
