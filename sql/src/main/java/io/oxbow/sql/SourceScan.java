package io.oxbow.sql;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.adapter.enumerable.JavaRowFormat;
import org.apache.calcite.adapter.enumerable.PhysType;
import org.apache.calcite.adapter.enumerable.PhysTypeImpl;
import org.apache.calcite.linq4j.tree.Blocks;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptCost;
import org.apache.calcite.plan.RelOptPlanner;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.iceberg.expressions.Expression;

/** Reads some columns of a table, and of its rows those that may pass a filter. */
final class SourceScan extends TableScan implements EnumerableRel {

    /** How much more it costs to read and decode a row than to pass it on. */
    private static final double READING = 10;

    private final SourceTable source;
    private final ScanRequest request;

    private SourceScan(
            RelOptCluster cluster,
            RelTraitSet traits,
            RelOptTable table,
            SourceTable source,
            ScanRequest request) {
        super(cluster, traits, ImmutableList.of(), table);
        this.source = source;
        this.request = request;
    }

    static SourceScan of(RelOptCluster cluster, RelOptTable table, SourceTable source) {
        return new SourceScan(
                cluster,
                cluster.traitSetOf(EnumerableConvention.INSTANCE),
                table,
                source,
                ScanRequest.all(source.schema()));
    }

    SourceScan with(ScanRequest narrower) {
        return new SourceScan(getCluster(), getTraitSet(), table, source, narrower);
    }

    SourceTable source() {
        return source;
    }

    ScanRequest request() {
        return request;
    }

    boolean isFiltered() {
        return request.filter().op() != Expression.Operation.TRUE;
    }

    @Override
    public RelDataType deriveRowType() {
        List<RelDataTypeField> all = table.getRowType().getFieldList();
        RelDataTypeFactory.Builder row = getCluster().getTypeFactory().builder();
        request.columns().forEach(column -> row.add(all.get(column)));
        return row.build();
    }

    @Override
    public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
        return this;
    }

    @Override
    public void register(RelOptPlanner planner) {
        planner.addRule(ScanRules.FILTER);
        planner.addRule(ScanRules.PROJECT);
        planner.addRule(ScanRules.COUNT);
    }

    @Override
    public double estimateRowCount(RelMetadataQuery metadata) {
        return source.rowCount();
    }

    /** Fewer columns and a filter cost less: that is what makes the planner want them. */
    @Override
    public RelOptCost computeSelfCost(RelOptPlanner planner, RelMetadataQuery metadata) {
        double share = (request.columns().size() + 2.0) / (source.schema().columns().size() + 2.0);
        double rows = source.rowCount() * (0.1 + READING * share) * (isFiltered() ? 0.5 : 1);
        return planner.getCostFactory().makeCost(rows, rows + 1, rows);
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer)
                .item("columns", getRowType().getFieldNames())
                .itemIf("filter", request.filter(), isFiltered());
    }

    @Override
    public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
        PhysType type =
                PhysTypeImpl.of(implementor.getTypeFactory(), getRowType(), JavaRowFormat.ARRAY);
        SourceRows rows = new SourceRows(source, request);
        return implementor.result(
                type,
                Blocks.toBlock(
                        Expressions.convert_(
                                implementor.stash(rows, SourceRows.class), SourceRows.class)));
    }
}
