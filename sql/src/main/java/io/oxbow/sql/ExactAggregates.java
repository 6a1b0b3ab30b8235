package io.oxbow.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.tools.RelBuilder;

/**
 * Widens what is summed up or averaged to the type that {@link SqlTypes} says the result has:
 * Calcite's code adds in the argument's type, where a sum may overflow unseen.
 */
final class ExactAggregates extends RelHomogeneousShuttle {

    private final RexBuilder rex;
    private final Windows windows = new Windows();

    ExactAggregates(RexBuilder rex) {
        this.rex = rex;
    }

    @Override
    public RelNode visit(RelNode node) {
        RelNode visited = super.visit(node).accept(windows);
        return visited instanceof Aggregate aggregate ? widened(aggregate) : visited;
    }

    private RelNode widened(Aggregate aggregate) {
        RelNode input = aggregate.getInput();
        List<RexNode> columns = new ArrayList<>(rex.identityProjects(input.getRowType()));
        int given = columns.size();
        List<AggregateCall> calls = new ArrayList<>();
        for (AggregateCall call : aggregate.getAggCallList()) {
            if (call.getArgList().size() == 1) {
                RexNode argument = columns.get(call.getArgList().getFirst());
                RexNode wide = widened(call.getAggregation(), argument);
                if (wide != argument) {
                    calls.add(call.withArgList(List.of(columns.size())));
                    columns.add(wide);
                    continue;
                }
            }
            calls.add(call);
        }
        if (columns.size() == given) {
            return aggregate;
        }
        RelBuilder builder = RelFactories.LOGICAL_BUILDER.create(aggregate.getCluster(), null);
        RelNode wide = builder.push(input).project(columns).build();
        return aggregate.copy(
                aggregate.getTraitSet(),
                wide,
                aggregate.getGroupSet(),
                aggregate.getGroupSets(),
                calls);
    }

    private RexNode widened(SqlAggFunction function, RexNode argument) {
        RelDataTypeFactory types = rex.getTypeFactory();
        RelDataType type = argument.getType();
        RelDataType wide;
        boolean sum = function.getKind() == SqlKind.SUM || function.getKind() == SqlKind.SUM0;
        if (sum && type.getSqlTypeName() == SqlTypeName.BIGINT) {
            wide = types.getTypeSystem().deriveSumType(types, type);
        } else if (SqlKind.AVG_AGG_FUNCTIONS.contains(function.getKind())
                && SqlTypeName.INT_TYPES.contains(type.getSqlTypeName())) {
            wide = types.createSqlType(SqlTypeName.DOUBLE);
        } else {
            return argument;
        }
        return rex.makeCast(types.createTypeWithNullability(wide, type.isNullable()), argument);
    }

    private final class Windows extends RexShuttle {

        @Override
        public RexNode visitOver(RexOver over) {
            RexNode visited = super.visitOver(over);
            if (!(visited instanceof RexOver window) || window.getOperands().size() != 1) {
                return visited;
            }
            RexNode argument = window.getOperands().getFirst();
            RexNode wide = widened(window.getAggOperator(), argument);
            return wide == argument ? window : over(window, wide);
        }

        private RexNode over(RexOver given, RexNode argument) {
            RexWindow window = given.getWindow();
            return rex.makeOver(
                    given.getType(),
                    given.getAggOperator(),
                    List.of(argument),
                    window.partitionKeys,
                    window.orderKeys,
                    window.getLowerBound(),
                    window.getUpperBound(),
                    window.getExclude(),
                    window.isRows(),
                    true,
                    false,
                    given.isDistinct(),
                    given.ignoreNulls());
        }

        @Override
        public RexNode visitSubQuery(RexSubQuery query) {
            return query.clone(query.rel.accept(ExactAggregates.this));
        }
    }
}
