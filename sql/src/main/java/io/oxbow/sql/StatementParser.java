package io.oxbow.sql;

import java.util.Objects;
import java.util.Optional;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.validate.SqlConformanceEnum;

/** Text to syntax tree. */
final class StatementParser {

    private static final SqlParser.Config CONFIG =
            SqlParser.config()
                    .withQuoting(Quoting.DOUBLE_QUOTE)
                    .withUnquotedCasing(Casing.TO_LOWER)
                    .withQuotedCasing(Casing.UNCHANGED)
                    .withCaseSensitive(false)
                    .withConformance(SqlConformanceEnum.LENIENT)
                    .withIdentifierMaxLength(1024);

    /** More names that are reserved words than anyone has in one query. */
    private static final int READINGS_MAX = 100;

    private StatementParser() {}

    /** Where the parser stumbles over what may be a name, it is asked to take it as one. */
    static TrinoSyntax read(String sql) {
        TrinoSyntax syntax = TrinoSyntax.of(sql);
        SqlParseException last = null;
        for (int reading = 0; reading < READINGS_MAX; reading++) {
            try {
                SqlParser.create(syntax.text(), CONFIG).parseStmt();
                return syntax;
            } catch (SqlParseException e) {
                last = e;
                Optional<TrinoSyntax> another =
                        e.getPos() == null
                                ? Optional.empty()
                                : syntax.withName(
                                        e.getPos().getLineNum(), e.getPos().getColumnNum());
                if (another.isEmpty()) {
                    break;
                }
                syntax = another.get();
            }
        }
        throw QueryErrors.syntax(Objects.requireNonNull(last), syntax);
    }

    /** The tree of a text that parses; a new one each time, since validation changes it. */
    static SqlNode parse(TrinoSyntax syntax) {
        try {
            return SqlParser.create(syntax.text(), CONFIG).parseStmt();
        } catch (SqlParseException e) {
            throw QueryErrors.syntax(e, syntax);
        }
    }
}
