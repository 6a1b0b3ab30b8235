package io.oxbow.sql;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RESTException;
import org.jspecify.annotations.Nullable;

/** Failures as one line that helps. */
final class QueryErrors {

    private static final Pattern UNEXPECTED =
            Pattern.compile("(?:Encountered|near the keyword) [\"'](.*?)[\"'] at line");
    private static final Pattern MISSING_COLUMN = Pattern.compile("Column '([^']*)' not found.*");
    private static final Pattern MISSING_OBJECT = Pattern.compile("Object '([^']*)' not found.*");
    private static final Pattern MISSING_TABLE = Pattern.compile("Table '([^']*)' not found.*");

    private QueryErrors() {}

    static QueryException syntax(SqlParseException e, TrinoSyntax syntax) {
        String message = firstLine(e);
        Matcher unexpected = UNEXPECTED.matcher(message);
        String what = message;
        if (unexpected.find()) {
            String token = unexpected.group(1);
            what =
                    token.equals("<EOF>")
                            ? "unexpected end of the statement"
                            : "unexpected \"" + token.replaceAll("(?<=.) .*", "") + "\"";
        }
        if (message.contains("Non-query expression")) {
            what = "expected SELECT, WITH, VALUES, SHOW, DESCRIBE or EXPLAIN PLAN FOR";
        }
        SqlParserPos at = e.getPos();
        return new QueryException(
                at == null
                        ? "Syntax error: " + what
                        : "Syntax error at "
                                + place(at.getLineNum(), at.getColumnNum(), syntax)
                                + ": "
                                + what,
                e);
    }

    static boolean isMissingTable(CalciteContextException e) {
        return e.getCause() != null && MISSING_TABLE.matcher(firstLine(e.getCause())).matches();
    }

    static boolean isMissingColumn(CalciteContextException e) {
        return e.getCause() != null && MISSING_COLUMN.matcher(firstLine(e.getCause())).matches();
    }

    static QueryException invalid(CalciteContextException e, TrinoSyntax syntax, QueryScope scope) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return new QueryException(
                "Error at "
                        + place(e.getPosLine(), e.getPosColumn(), syntax)
                        + ": "
                        + withSuggestion(firstLine(cause), scope),
                e,
                missing(firstLine(cause)).orElse(null));
    }

    /** The table or namespace that a message of Calcite's says is not there. */
    private static Optional<String> missing(String message) {
        return Stream.of(MISSING_OBJECT, MISSING_TABLE)
                .map(pattern -> pattern.matcher(message))
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .findFirst();
    }

    private static String place(int line, int column, TrinoSyntax syntax) {
        return "line " + line + ", column " + syntax.originalColumn(line, column);
    }

    private static String withSuggestion(String message, QueryScope scope) {
        Matcher column = MISSING_COLUMN.matcher(message);
        if (column.matches()) {
            return message + didYouMean(column.group(1), scope.columnNames());
        }
        return missing(message).map(name -> message + didYouMeanTable(name, scope)).orElse(message);
    }

    static String didYouMeanTable(String name, QueryScope scope) {
        scope.allNamespaces().forEach(scope::tablesIn);
        return didYouMean(name, scope.relationNames());
    }

    private static String didYouMean(String name, List<String> candidates) {
        int worst = Math.max(1, name.length() / 3);
        Optional<String> nearest =
                candidates.stream()
                        .filter(candidate -> distance(name, candidate) <= worst)
                        .min(
                                java.util.Comparator.comparingInt(
                                        candidate -> distance(name, candidate)));
        return nearest.map(found -> "; did you mean '" + found + "'?").orElse("");
    }

    /** Insertions, deletions and replacements between two names, in any case. */
    private static int distance(String a, String b) {
        String left = a.toLowerCase(Locale.ROOT);
        String right = b.toLowerCase(Locale.ROOT);
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced =
                        previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[right.length()];
    }

    static QueryException planning(Throwable e, TrinoSyntax syntax, QueryScope scope) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case QueryException query -> {
                    return query;
                }
                case CalciteContextException context -> {
                    return invalid(context, syntax, scope);
                }
                case RESTException _ -> {
                    return new QueryException("The catalog failed: " + firstLine(cause), e);
                }
                default -> {}
            }
        }
        return new QueryException("This query can't be planned: " + firstLine(root(e)), e);
    }

    static QueryException execution(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case QueryException query -> {
                    return query;
                }
                case NotFoundException missing -> {
                    return new QueryException("A file is missing: " + firstLine(missing), e);
                }
                case ArithmeticException arithmetic -> {
                    return new QueryException("Arithmetic failed: " + firstLine(arithmetic), e);
                }
                default -> {}
            }
        }
        return new QueryException("The query failed: " + firstLine(root(e)), e);
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String firstLine(@Nullable Throwable e) {
        if (e == null) {
            return "";
        }
        String message = e.getMessage();

        return message == null || message.isBlank()
                ? e.getClass().getSimpleName()
                : message.strip().lines().findFirst().orElse("");
    }
}
