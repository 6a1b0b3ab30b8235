package io.oxbow.sql;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.avatica.util.TimeUnit;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.apache.calcite.util.TimestampString;
import org.jspecify.annotations.Nullable;

/**
 * Functions that Trino's users reach for first, in Calcite's terms; and the present time as a
 * literal, so that what is compared with it can be left to the scan.
 */
final class TrinoFunctions extends SqlShuttle {

    private static final Map<String, TimeUnit> UNITS =
            Map.of(
                    "second", TimeUnit.SECOND,
                    "minute", TimeUnit.MINUTE,
                    "hour", TimeUnit.HOUR,
                    "day", TimeUnit.DAY,
                    "week", TimeUnit.WEEK,
                    "month", TimeUnit.MONTH,
                    "quarter", TimeUnit.QUARTER,
                    "year", TimeUnit.YEAR);

    private static final Set<String> NOW = Set.of("current_timestamp", "localtimestamp");

    private final long nowMillis;

    TrinoFunctions(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    @Override
    public @Nullable SqlNode visit(SqlIdentifier name) {
        boolean now =
                name.isSimple()
                        && !name.isComponentQuoted(0)
                        && NOW.contains(name.getSimple().toLowerCase(Locale.ROOT));
        return now ? now(name.getParserPosition()) : name;
    }

    @Override
    public @Nullable SqlNode visit(SqlCall call) {
        SqlNode visited = super.visit(call);
        if (!(visited instanceof SqlCall changed)) {
            return visited;
        }
        List<SqlNode> operands = changed.getOperandList();
        return switch (changed.getOperator().getName().toLowerCase(Locale.ROOT)) {
            case String name when NOW.contains(name) && operands.isEmpty() ->
                    now(changed.getParserPosition());
            case "now" -> operands.isEmpty() ? now(changed.getParserPosition()) : changed;
            case "date_trunc" -> truncated(changed, operands);
            case "approx_distinct" -> counted(changed);
            default -> changed;
        };
    }

    private SqlNode now(SqlParserPos at) {
        return SqlLiteral.createTimestamp(
                org.apache.calcite.sql.type.SqlTypeName.TIMESTAMP,
                TimestampString.fromMillisSinceEpoch(nowMillis),
                3,
                at);
    }

    private static SqlNode truncated(SqlCall call, List<SqlNode> operands) {
        if (operands.size() != 2 || !(operands.get(0) instanceof SqlLiteral literal)) {
            return call;
        }
        String name = literal.toValue();
        TimeUnit unit = name == null ? null : UNITS.get(name.toLowerCase(Locale.ROOT));
        if (unit == null) {
            throw new QueryException(
                    "date_trunc knows "
                            + UNITS.keySet().stream().sorted().toList()
                            + ", not "
                            + name);
        }
        SqlParserPos at = call.getParserPosition();
        return SqlStdOperatorTable.FLOOR.createCall(
                at, operands.get(1), new SqlIntervalQualifier(unit, null, at));
    }

    /** Exact is approximate enough. */
    private static SqlNode counted(SqlCall call) {
        SqlParserPos at = call.getParserPosition();
        return SqlStdOperatorTable.COUNT.createCall(
                SqlSelectKeyword.DISTINCT.symbol(at), at, call.getOperandList().subList(0, 1));
    }
}
