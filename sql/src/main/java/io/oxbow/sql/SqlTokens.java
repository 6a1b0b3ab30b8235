package io.oxbow.sql;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.sql.parser.impl.SimpleCharStream;
import org.apache.calcite.sql.parser.impl.SqlParserImplConstants;
import org.apache.calcite.sql.parser.impl.SqlParserImplTokenManager;
import org.apache.calcite.sql.parser.impl.Token;
import org.apache.calcite.sql.parser.impl.TokenMgrError;

/**
 * A statement's tokens by Calcite's lexer, without semicolons at its end; none at all if the lexer
 * can't make sense of it, for then the parser says so better.
 */
final class SqlTokens {

    private final String sql;
    private final List<Token> tokens;
    private final int[] lineStarts;

    private SqlTokens(String sql, List<Token> tokens) {
        this.sql = sql;
        this.tokens = tokens;
        this.lineStarts = lineStarts(sql);
    }

    static SqlTokens of(String sql) {
        List<Token> tokens = new ArrayList<>();
        try {
            SqlParserImplTokenManager lexer =
                    new SqlParserImplTokenManager(new Characters(sql), SqlParserImplConstants.DQID);
            for (Token token = lexer.getNextToken();
                    token.kind != SqlParserImplConstants.EOF;
                    token = lexer.getNextToken()) {
                tokens.add(token);
            }
        } catch (TokenMgrError e) {
            return new SqlTokens(sql, List.of());
        }
        while (!tokens.isEmpty() && tokens.getLast().image.equals(";")) {
            tokens.removeLast();
        }
        return new SqlTokens(sql, List.copyOf(tokens));
    }

    /** A tab is one column, as in Calcite's parser. */
    private static final class Characters extends SimpleCharStream {
        Characters(String text) {
            super(new StringReader(text), 1, 1);
            setTabSize(1);
        }
    }

    static boolean is(Token token, String word) {
        return token.image.toUpperCase(Locale.ROOT).equals(word);
    }

    String sql() {
        return sql;
    }

    List<Token> all() {
        return tokens;
    }

    /** Index of the token that starts there or is the first after; their number if none is. */
    int indexAt(int line, int column) {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.beginLine > line
                    || (token.beginLine == line && token.beginColumn >= column)) {
                return i;
            }
        }
        return tokens.size();
    }

    int start(Token token) {
        return lineStarts[token.beginLine - 1] + token.beginColumn - 1;
    }

    int end(Token token) {
        return lineStarts[token.endLine - 1] + token.endColumn;
    }

    /** Where the statement ends; what follows is not for the parser. */
    int end() {
        return tokens.isEmpty() ? sql.length() : end(tokens.getLast());
    }

    /** By the lexer's idea of lines: each of \r, \n and \r\n ends one. */
    private static int[] lineStarts(String sql) {
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            boolean pair = c == '\r' && i + 1 < sql.length() && sql.charAt(i + 1) == '\n';
            if (c == '\n' || (c == '\r' && !pair)) {
                starts.add(i + 1);
            }
        }
        return starts.stream().mapToInt(Integer::intValue).toArray();
    }
}
