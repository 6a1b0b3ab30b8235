package io.oxbow.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * A condition of Calcite's as an Iceberg expression that lets through every row that passes the
 * condition, and perhaps more: what can't be said is left out.
 */
final class FilterTranslator {

    private final SourceScan scan;
    private final RexBuilder rex;

    FilterTranslator(SourceScan scan) {
        this.scan = scan;
        this.rex = scan.getCluster().getRexBuilder();
    }

    Expression translate(RexNode condition) {
        return weaker(RexUtil.expandSearch(rex, null, condition));
    }

    private Expression weaker(RexNode node) {
        if (node instanceof RexInputRef ref && isBoolean(ref)) {
            return Expressions.equal(fieldName(ref).orElseThrow(), true);
        }
        if (!(node instanceof RexCall call)) {
            return Expressions.alwaysTrue();
        }
        List<RexNode> operands = call.getOperands();
        return switch (call.getKind()) {
            case AND ->
                    operands.stream()
                            .map(this::weaker)
                            .reduce(Expressions.alwaysTrue(), Expressions::and);
            case OR ->
                    operands.stream()
                            .map(this::weaker)
                            .reduce(Expressions.alwaysFalse(), Expressions::or);
            case IS_NULL -> topLevel(operands.getFirst()).map(this::isNull).orElse(ANY);
            case IS_NOT_NULL -> topLevel(operands.getFirst()).map(this::notNull).orElse(ANY);
            case EQUALS,
                    NOT_EQUALS,
                    LESS_THAN,
                    LESS_THAN_OR_EQUAL,
                    GREATER_THAN,
                    GREATER_THAN_OR_EQUAL ->
                    comparison(call.getKind(), operands.get(0), operands.get(1));
            case LIKE ->
                    // ILIKE is of this kind too
                    call.getOperator() == SqlStdOperatorTable.LIKE ? startsWith(operands) : ANY;
            default -> ANY;
        };
    }

    private static final Expression ANY = Expressions.alwaysTrue();

    private Expression isNull(String column) {
        return Expressions.isNull(column);
    }

    private Expression notNull(String column) {
        return Expressions.notNull(column);
    }

    private boolean isBoolean(RexInputRef ref) {
        return field(ref.getIndex()).type().typeId()
                == org.apache.iceberg.types.Type.TypeID.BOOLEAN;
    }

    private Expression comparison(SqlKind kind, RexNode left, RexNode right) {
        if (left instanceof RexLiteral) {
            return right instanceof RexLiteral ? ANY : comparison(kind.reverse(), right, left);
        }
        RexNode column = withoutWidening(left);
        Optional<String> name = fieldName(column);
        if (name.isEmpty() || !(right instanceof RexLiteral literal) || literal.isNull()) {
            return ANY;
        }
        if (kind == SqlKind.NOT_EQUALS && topLevel(column).isEmpty()) {
            return ANY;
        }
        Types.NestedField field = scan.source().schema().findField(name.get());
        return FilterLiteral.compare(kind, name.get(), field.type(), literal);
    }

    /** A prefix is all that Iceberg knows of LIKE. */
    private Expression startsWith(List<RexNode> operands) {
        Optional<String> name = fieldName(operands.get(0));
        if (name.isEmpty()
                || operands.size() != 2
                || !(operands.get(1) instanceof RexLiteral literal)
                || literal.isNull()) {
            return ANY;
        }
        String pattern = literal.getValueAs(String.class);
        if (pattern == null
                || scan.source().schema().findType(name.get()).typeId()
                        != org.apache.iceberg.types.Type.TypeID.STRING) {
            return ANY;
        }
        String prefix = pattern.split("[%_]", 2)[0];
        return prefix.isEmpty() ? ANY : Expressions.startsWith(name.get(), prefix);
    }

    /** Calcite widens a column to compare it with a wider literal: the column will do. */
    private static RexNode withoutWidening(RexNode node) {
        if (node instanceof RexCall cast && cast.getKind() == SqlKind.CAST) {
            RexNode inner = cast.getOperands().getFirst();
            boolean lossless =
                    RexUtil.isLosslessCast(cast)
                            || (isInteger(inner)
                                    && cast.getType().getSqlTypeName()
                                            == org.apache.calcite.sql.type.SqlTypeName.DECIMAL
                                    && cast.getType().getPrecision() - cast.getType().getScale()
                                            >= 19);
            return lossless ? inner : node;
        }
        return node;
    }

    private static boolean isInteger(RexNode node) {
        return org.apache.calcite.sql.type.SqlTypeName.INT_TYPES.contains(
                node.getType().getSqlTypeName());
    }

    private Optional<String> topLevel(RexNode node) {
        return node instanceof RexInputRef ? fieldName(node) : Optional.empty();
    }

    /** Name, with dots, of a column or a field of a struct in one. */
    private Optional<String> fieldName(RexNode node) {
        List<String> path = new ArrayList<>();
        RexNode outer = node;
        while (outer instanceof RexFieldAccess access) {
            path.addFirst(access.getField().getName());
            outer = access.getReferenceExpr();
        }
        if (!(outer instanceof RexInputRef ref)) {
            return Optional.empty();
        }
        path.addFirst(field(ref.getIndex()).name());
        String name = String.join(".", path);
        Types.NestedField found = scan.source().schema().findField(name);
        return found != null && found.type().isPrimitiveType()
                ? Optional.of(name)
                : Optional.empty();
    }

    private Types.NestedField field(int index) {
        return scan.source().schema().columns().get(scan.request().columns().get(index));
    }
}
