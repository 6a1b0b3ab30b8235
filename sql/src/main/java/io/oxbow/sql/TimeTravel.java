package io.oxbow.sql;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSnapshot;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.apache.calcite.util.Util;
import org.jspecify.annotations.Nullable;

/** Turns {@code t FOR … AS OF …} into {@code t@…}, which names a table at a snapshot. */
final class TimeTravel extends SqlShuttle {

    private final TrinoSyntax syntax;

    TimeTravel(TrinoSyntax syntax) {
        this.syntax = syntax;
    }

    @Override
    public @Nullable SqlNode visit(SqlCall call) {
        if (call instanceof SqlSnapshot snapshot) {
            SqlIdentifier versioned = versioned(snapshot);
            SqlIdentifier alias =
                    new SqlIdentifier(
                            Util.last(((SqlIdentifier) snapshot.getTableRef()).names),
                            snapshot.getParserPosition());
            return SqlStdOperatorTable.AS.createCall(
                    snapshot.getParserPosition(), versioned, alias);
        }
        if (call.getKind() == SqlKind.AS && call.operand(0) instanceof SqlSnapshot snapshot) {
            SqlBasicCall copy = (SqlBasicCall) call.clone(call.getParserPosition());
            copy.setOperand(0, versioned(snapshot));
            return copy;
        }
        return super.visit(call);
    }

    private SqlIdentifier versioned(SqlSnapshot snapshot) {
        if (!(snapshot.getTableRef() instanceof SqlIdentifier name)) {
            throw new QueryException("Only a table can be read AS OF something");
        }
        SqlNode period = snapshot.getPeriod();
        SqlParserPos at = period.getParserPosition();
        boolean version = syntax.isVersion(at.getLineNum(), at.getColumnNum());
        String suffix = version ? text(period) : TableName.AS_OF_TIME + millis(text(period));
        List<String> names = Util.skipLast(name.names);
        return new SqlIdentifier(
                com.google.common.collect.ImmutableList.<String>builder()
                        .addAll(names)
                        .add(Util.last(name.names) + "@" + suffix)
                        .build(),
                name.getParserPosition());
    }

    private static String text(SqlNode period) {
        if (!(period instanceof SqlLiteral literal)) {
            throw new QueryException(
                    "AS OF wants a literal: a snapshot id, a branch or tag in quotes, or TIMESTAMP"
                            + " '…'; not "
                            + period);
        }
        return literal.toValue() == null ? "" : String.valueOf(literal.toValue());
    }

    /** Without a zone, in UTC. */
    static long millis(String time) {
        String iso = time.strip().replaceFirst(" UTC$", "Z").replaceFirst(" ", "T");
        try {
            if (!iso.contains("T")) {
                return LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
            }
            return iso.matches(".*T.*(Z|[+-]\\d\\d:?\\d\\d)$")
                    ? OffsetDateTime.parse(iso).toInstant().toEpochMilli()
                    : instant(iso).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new QueryException("Not a point in time: '" + time + "'", e);
        }
    }

    private static Instant instant(String iso) {
        return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    }
}
