package io.oxbow.sql;

import java.math.BigDecimal;
import java.util.UUID;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimestampString;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A comparison of a column with a literal, in Iceberg's terms; true where there are none. */
final class FilterLiteral {

    private static final Expression ANY = Expressions.alwaysTrue();

    private FilterLiteral() {}

    static Expression compare(SqlKind kind, String column, Type type, RexLiteral literal) {
        return switch (type.typeId()) {
            case BOOLEAN -> plain(kind, column, literal.getValueAs(Boolean.class));
            case INTEGER, LONG -> plain(kind, column, whole(type, literal));
            case FLOAT -> ANY;
            case DOUBLE -> fraction(kind, column, literal);
            case DECIMAL -> plain(kind, column, decimal((Types.DecimalType) type, literal));
            case STRING -> string(kind, column, literal);
            case DATE -> plain(kind, column, day(literal));
            case TIMESTAMP -> instant(kind, column, literal);
            case UUID -> uuid(kind, column, literal);
            default -> ANY;
        };
    }

    private static Expression plain(SqlKind kind, String column, @Nullable Object value) {
        if (value == null) {
            return ANY;
        }
        return switch (kind) {
            case EQUALS -> Expressions.equal(column, value);
            case NOT_EQUALS -> Expressions.notEqual(column, value);
            case LESS_THAN -> Expressions.lessThan(column, value);
            case LESS_THAN_OR_EQUAL -> Expressions.lessThanOrEqual(column, value);
            case GREATER_THAN -> Expressions.greaterThan(column, value);
            case GREATER_THAN_OR_EQUAL -> Expressions.greaterThanOrEqual(column, value);
            default -> ANY;
        };
    }

    private static @Nullable BigDecimal number(RexLiteral literal) {
        return literal.getType().getSqlTypeName().getFamily() == SqlTypeFamily.NUMERIC
                ? literal.getValueAs(BigDecimal.class)
                : null;
    }

    private static @Nullable Object whole(Type type, RexLiteral literal) {
        BigDecimal number = number(literal);
        if (number == null) {
            return null;
        }
        try {
            return type.typeId() == Type.TypeID.INTEGER
                    ? (Object) number.intValueExact()
                    : (Object) number.longValueExact();
        } catch (ArithmeticException e) {
            return null;
        }
    }

    /** The nearest double to a decimal literal may lie on either side of it. */
    private static Expression fraction(SqlKind kind, String column, RexLiteral literal) {
        BigDecimal number = number(literal);
        if (number == null) {
            return ANY;
        }
        double value = number.doubleValue();
        // one value to Calcite, two to Iceberg
        double low = value == 0 ? -0.0 : value;
        double high = value == 0 ? 0.0 : value;
        return switch (kind) {
            case EQUALS ->
                    Expressions.and(
                            Expressions.greaterThanOrEqual(column, low),
                            Expressions.lessThanOrEqual(column, high));
            case LESS_THAN, LESS_THAN_OR_EQUAL -> Expressions.lessThanOrEqual(column, high);
            case GREATER_THAN, GREATER_THAN_OR_EQUAL -> Expressions.greaterThanOrEqual(column, low);
            default -> ANY;
        };
    }

    private static @Nullable BigDecimal decimal(Types.DecimalType type, RexLiteral literal) {
        BigDecimal number = number(literal);
        if (number == null) {
            return null;
        }
        try {
            BigDecimal scaled = number.setScale(type.scale());
            return scaled.precision() <= type.precision() ? scaled : null;
        } catch (ArithmeticException e) {
            return null;
        }
    }

    /**
     * Calcite orders strings by UTF-16 units, Iceberg by code points: they agree where one side is
     * ASCII.
     */
    private static Expression string(SqlKind kind, String column, RexLiteral literal) {
        String value =
                literal.getType().getSqlTypeName().getFamily() == SqlTypeFamily.CHARACTER
                        ? literal.getValueAs(String.class)
                        : null;
        boolean comparable =
                value != null
                        && (kind == SqlKind.EQUALS
                                || kind == SqlKind.NOT_EQUALS
                                || value.chars().allMatch(c -> c < 128));
        return comparable ? plain(kind, column, value) : ANY;
    }

    private static @Nullable Integer day(RexLiteral literal) {
        DateString date =
                literal.getType().getSqlTypeName().getFamily() == SqlTypeFamily.DATE
                        ? literal.getValueAs(DateString.class)
                        : null;
        return date == null ? null : date.getDaysSinceEpoch();
    }

    private static Expression uuid(SqlKind kind, String column, RexLiteral literal) {
        return literal.getValue() instanceof UUID value
                        && (kind == SqlKind.EQUALS || kind == SqlKind.NOT_EQUALS)
                ? plain(kind, column, value.toString())
                : ANY;
    }

    /** Calcite sees a column's values cut off to milliseconds, and compares those. */
    private static Expression instant(SqlKind kind, String column, RexLiteral literal) {
        if (literal.getType().getSqlTypeName().getFamily() != SqlTypeFamily.TIMESTAMP) {
            return ANY;
        }
        TimestampString text = literal.getValueAs(TimestampString.class);
        if (text == null) {
            return ANY;
        }
        long from = text.getMillisSinceEpoch() * 1000;
        long next = from + 1000;
        return switch (kind) {
            case EQUALS ->
                    Expressions.and(
                            Expressions.greaterThanOrEqual(column, from),
                            Expressions.lessThan(column, next));
            case LESS_THAN -> Expressions.lessThan(column, from);
            case LESS_THAN_OR_EQUAL -> Expressions.lessThan(column, next);
            case GREATER_THAN -> Expressions.greaterThanOrEqual(column, next);
            case GREATER_THAN_OR_EQUAL -> Expressions.greaterThanOrEqual(column, from);
            default -> ANY;
        };
    }
}
