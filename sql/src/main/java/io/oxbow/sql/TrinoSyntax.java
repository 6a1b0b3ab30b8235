package io.oxbow.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.sql.parser.impl.SqlParserImplConstants;
import org.apache.calcite.sql.parser.impl.Token;

/**
 * What Trino's users write and Calcite's grammar lacks, replaced token by token on Calcite's own
 * lexer: {@code FOR VERSION AS OF}, {@code FOR TIMESTAMP AS OF}, {@code SHOW …}, a semicolon at the
 * end, {@code TIMESTAMP '… UTC'}, and names such as {@code default} or {@code time}, which are
 * reserved in Calcite only: where the parser stumbles over one, it is quoted. Remembers what was
 * changed, so that errors point into the text as given. Immutable.
 */
final class TrinoSyntax {

    /** Words that are reserved in Trino as well, and so are never names. */
    private static final Set<String> RESERVED =
            Set.of(
                    ("ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG"
                                    + " CURRENT_DATE CURRENT_PATH CURRENT_ROLE CURRENT_SCHEMA CURRENT_TIME"
                                    + " CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE DESCRIBE DISTINCT"
                                    + " DROP ELSE END ESCAPE EXCEPT EXISTS EXTRACT FALSE FOR FROM FULL GROUP"
                                    + " GROUPING HAVING IN INNER INSERT INTERSECT INTO IS JOIN LEFT LIKE"
                                    + " LISTAGG LOCALTIME LOCALTIMESTAMP NATURAL NORMALIZE NOT NULL ON OR"
                                    + " ORDER OUTER PREPARE RECURSIVE RIGHT ROLLUP SELECT SKIP TABLE THEN"
                                    + " TRIM TRUE UESCAPE UNION UNNEST USING VALUES WHEN WHERE WITH")
                            .split(" "));

    /** A replaced token: where it is in the new text, and by how much it grew. */
    private record Edit(int line, int column, int growth) {}

    private record Position(int line, int column) {}

    private final SqlTokens source;
    private final Set<Integer> names;
    private final List<Edit> edits = new ArrayList<>();
    private final List<Position> versions = new ArrayList<>();
    private final String text;

    private TrinoSyntax(SqlTokens source, Set<Integer> names) {
        this.source = source;
        this.names = names;
        this.text = rewrite();
    }

    static TrinoSyntax of(String sql) {
        SqlTokens given = SqlTokens.of(sql);
        SqlTokens tokens = ShowStatement.translate(given.all()).map(SqlTokens::of).orElse(given);
        return new TrinoSyntax(tokens, namesByDots(tokens.all()));
    }

    /** What is next to a dot is a name. */
    private static Set<Integer> namesByDots(List<Token> tokens) {
        Set<Integer> names = new HashSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).kind == SqlParserImplConstants.DOT) {
                for (int neighbour : new int[] {i - 1, i + 1}) {
                    if (neighbour >= 0
                            && neighbour < tokens.size()
                            && mayBeName(tokens.get(neighbour))) {
                        names.add(neighbour);
                    }
                }
            }
        }
        return names;
    }

    /** The text that Calcite parses. */
    String text() {
        return text;
    }

    /** Whether what stands there in the new text follows FOR VERSION AS OF. */
    boolean isVersion(int line, int column) {
        return versions.contains(new Position(line, column));
    }

    /** The column in the text as given that a column in the new text was. */
    int originalColumn(int line, int column) {
        int original = column;
        for (Edit edit : edits) {
            if (edit.line() == line && edit.column() < column) {
                original -= edit.growth();
            }
        }
        return Math.max(1, original);
    }

    /**
     * Another reading of the statement after the parser gave up there in the new text: the word
     * that it met, or one next to it, as a name. Empty if none may be one.
     */
    Optional<TrinoSyntax> withName(int line, int column) {
        int met = source.indexAt(line, originalColumn(line, column));
        boolean word = met < source.all().size() && isWord(source.all().get(met));
        for (int i : new int[] {met, word ? met : met + 1, met - 1}) {
            if (i >= 0
                    && i < source.all().size()
                    && !names.contains(i)
                    && mayBeName(source.all().get(i))) {
                Set<Integer> more = new HashSet<>(names);
                more.add(i);
                return Optional.of(new TrinoSyntax(source, more));
            }
        }
        return Optional.empty();
    }

    private static boolean mayBeName(Token token) {
        return token.kind != SqlParserImplConstants.IDENTIFIER
                && isWord(token)
                && !RESERVED.contains(token.image.toUpperCase(Locale.ROOT));
    }

    private static boolean isWord(Token token) {
        return token.image.matches("[A-Za-z_][A-Za-z_0-9]*");
    }

    private String rewrite() {
        StringBuilder out = new StringBuilder();
        List<Token> tokens = source.all();
        int copied = 0;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            String by = replacement(i);
            if (by != null) {
                out.append(source.sql(), copied, source.start(token)).append(by);
                copied = source.end(token);
                edits.add(
                        new Edit(
                                token.beginLine,
                                newColumn(token),
                                by.length() - token.image.length()));
            } else if (isAsOf(i - 4) && SqlTokens.is(tokens.get(i - 3), "VERSION")) {
                versions.add(new Position(token.beginLine, newColumn(token)));
            }
        }
        return out.append(source.sql(), copied, Math.max(copied, source.end())).toString();
    }

    private @org.jspecify.annotations.Nullable String replacement(int i) {
        if (names.contains(i)) {
            return '"' + source.all().get(i).image.toLowerCase(Locale.ROOT) + '"';
        }
        if (isAsOf(i - 1)) {
            return "SYSTEM_TIME";
        }
        String image = source.all().get(i).image;
        boolean utc =
                i > 0
                        && SqlTokens.is(source.all().get(i - 1), "TIMESTAMP")
                        && image.endsWith(" UTC'");
        return utc ? image.replace(" UTC'", "'") : null;
    }

    private boolean isAsOf(int i) {
        List<Token> tokens = source.all();
        return i >= 0
                && i + 3 < tokens.size()
                && SqlTokens.is(tokens.get(i), "FOR")
                && (SqlTokens.is(tokens.get(i + 1), "VERSION")
                        || SqlTokens.is(tokens.get(i + 1), "TIMESTAMP"))
                && SqlTokens.is(tokens.get(i + 2), "AS")
                && SqlTokens.is(tokens.get(i + 3), "OF");
    }

    private int newColumn(Token token) {
        return edits.stream()
                        .filter(edit -> edit.line() == token.beginLine)
                        .mapToInt(Edit::growth)
                        .sum()
                + token.beginColumn;
    }
}
