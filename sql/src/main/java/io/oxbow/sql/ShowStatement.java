package io.oxbow.sql;

import static io.oxbow.sql.SqlTokens.is;

import java.util.List;
import java.util.Optional;
import org.apache.calcite.sql.parser.impl.Token;

/** SHOW SCHEMAS, SHOW TABLES [FROM n] and SHOW COLUMNS FROM t, as what Calcite parses. */
final class ShowStatement {

    private ShowStatement() {}

    /** Empty for anything else. */
    static Optional<String> translate(List<Token> tokens) {
        if (tokens.size() < 2 || !is(tokens.getFirst(), "SHOW")) {
            return Optional.empty();
        }
        Token what = tokens.get(1);
        List<Token> rest = tokens.subList(2, tokens.size());
        if (is(what, "SCHEMAS") && rest.isEmpty()) {
            return Optional.of(
                    "SELECT schema_name AS \"schema\" FROM information_schema.schemata ORDER BY 1");
        }
        if (is(what, "TABLES")) {
            return showTables(rest);
        }
        if (is(what, "COLUMNS") && startsWithFrom(rest)) {
            return Optional.of("DESCRIBE TABLE " + join(rest.subList(1, rest.size())));
        }
        return Optional.empty();
    }

    private static Optional<String> showTables(List<Token> rest) {
        String all =
                "SELECT table_schema AS \"schema\", table_name AS \"table\""
                        + " FROM information_schema.tables";
        if (rest.isEmpty()) {
            return Optional.of(all + " ORDER BY 1, 2");
        }
        if (!startsWithFrom(rest)) {
            return Optional.empty();
        }
        String schema = join(rest.subList(1, rest.size())).replace("\"", "").replace("'", "''");
        return Optional.of(
                all + " WHERE lower(table_schema) = lower('" + schema + "') ORDER BY 1, 2");
    }

    private static boolean startsWithFrom(List<Token> rest) {
        return rest.size() > 1 && (is(rest.getFirst(), "FROM") || is(rest.getFirst(), "IN"));
    }

    private static String join(List<Token> name) {
        StringBuilder joined = new StringBuilder();
        for (Token token : name) {
            joined.append(is(token, "DEFAULT") ? "\"default\"" : token.image);
        }
        return joined.toString();
    }
}
