package io.oxbow.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.RelOptRuleCall;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.iceberg.expressions.Expression;

/** Hands a scan the filter and the columns that are wanted of it. */
final class ScanRules {

    static final RelOptRule FILTER =
            new Pushdown("OxbowFilterIntoScan", LogicalFilter.class, ScanRules::pushFilter);
    static final RelOptRule PROJECT =
            new Pushdown("OxbowProjectIntoScan", LogicalProject.class, ScanRules::pushColumns);

    static final RelOptRule COUNT =
            new Pushdown("OxbowCountOfScan", LogicalAggregate.class, ScanRules::pushCount);

    private ScanRules() {}

    /** The filter stays: what the scan takes of it may let more rows through. */
    private static void pushFilter(RelOptRuleCall call) {
        Filter filter = call.rel(0);
        SourceScan scan = call.rel(1);
        if (scan.isFiltered() || !scan.source().takesFilters()) {
            return;
        }
        Expression expression = new FilterTranslator(scan).translate(filter.getCondition());
        if (expression.op() == Expression.Operation.TRUE) {
            return;
        }
        SourceScan filtered = scan.with(new ScanRequest(scan.request().columns(), expression));
        call.transformTo(filter.copy(filter.getTraitSet(), List.of(filtered)));
    }

    private static void pushColumns(RelOptRuleCall call) {
        Project project = call.rel(0);
        SourceScan scan = call.rel(1);
        ImmutableBitSet used = RelOptUtil.InputFinder.bits(project.getProjects(), null);
        if (used.isEmpty()) {
            used = ImmutableBitSet.of(cheapest(scan));
        }
        if (used.cardinality() == scan.request().columns().size()) {
            return;
        }
        List<Integer> columns = new ArrayList<>();
        for (int column : used) {
            columns.add(scan.request().columns().get(column));
        }
        SourceScan narrow = scan.with(new ScanRequest(columns, scan.request().filter()));
        RexShuttle renumber = renumber(used, narrow);
        List<RexNode> projects = renumber.apply(project.getProjects());
        call.transformTo(
                project.copy(project.getTraitSet(), narrow, projects, project.getRowType()));
    }

    private static void pushCount(RelOptRuleCall call) {
        Aggregate count = call.rel(0);
        SourceScan scan = call.rel(1);
        List<Integer> columns = scan.request().columns();
        boolean onlyCounts =
                count.getGroupSet().isEmpty()
                        && count.getAggCallList().stream()
                                .allMatch(c -> c.getArgList().isEmpty() && c.filterArg < 0);
        if (onlyCounts && columns.size() > 1) {
            List<Integer> one = List.of(columns.get(cheapest(scan)));
            SourceScan narrow = scan.with(new ScanRequest(one, scan.request().filter()));
            call.transformTo(count.copy(count.getTraitSet(), List.of(narrow)));
        }
    }

    /** Rows have to be counted by some column. */
    private static int cheapest(SourceScan scan) {
        List<Integer> columns = scan.request().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (scan.source().schema().columns().get(columns.get(i)).type().isPrimitiveType()) {
                return i;
            }
        }
        return 0;
    }

    private static RexShuttle renumber(ImmutableBitSet used, SourceScan narrow) {
        return new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                int position = used.indexOf(ref.getIndex());
                return new RexInputRef(
                        position, narrow.getRowType().getFieldList().get(position).getType());
            }
        };
    }
}
