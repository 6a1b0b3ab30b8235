package io.oxbow.sql;

import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;

/** Takes {@code t['a']} as {@code t.a} where t is a struct, which scans understand. */
final class StructItems extends RelHomogeneousShuttle {

    private final Items items;

    StructItems(RexBuilder rex) {
        this.items = new Items(rex);
    }

    @Override
    public RelNode visit(RelNode node) {
        return super.visit(node).accept(items);
    }

    private final class Items extends RexShuttle {
        private final RexBuilder rex;

        Items(RexBuilder rex) {
            this.rex = rex;
        }

        @Override
        public RexNode visitCall(RexCall call) {
            RexNode visited = super.visitCall(call);
            if (visited instanceof RexCall item
                    && item.getKind() == SqlKind.ITEM
                    && item.getOperands().get(0).getType().isStruct()
                    && item.getOperands().get(1) instanceof RexLiteral literal
                    && literal.getValueAs(Object.class) instanceof Object value
                    && !(value instanceof Number)) {
                String name = literal.getValueAs(String.class);
                return name == null
                        ? visited
                        : rex.makeFieldAccess(item.getOperands().get(0), name, false);
            }
            return visited;
        }

        @Override
        public RexNode visitSubQuery(RexSubQuery query) {
            return query.clone(query.rel.accept(StructItems.this));
        }
    }
}
