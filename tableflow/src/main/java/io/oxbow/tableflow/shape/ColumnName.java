package io.oxbow.tableflow.shape;

import java.util.List;
import java.util.Locale;
import org.apache.iceberg.avro.AvroSchemaUtil;

/** Names of columns as engines and file formats take them. */
public final class ColumnName {

    /**
     * Longest name of a column; a field of a longer name gets none, as every commit would carry the
     * name for ever.
     */
    public static final int LENGTH_MAX = 255;

    private ColumnName() {}

    /**
     * Makes a column's name of a field's, neither empty nor with surrounding space. An underscore
     * stands for dots, which separate levels in SQL, and for characters that cannot be seen or
     * written.
     */
    static String clean(String source) {
        StringBuilder name = new StringBuilder(source.length());
        source.codePoints().forEach(c -> name.appendCodePoint(c == '.' || isUnseen(c) ? '_' : c));
        String stripped = name.toString().strip();
        return stripped.isEmpty() ? "_" : stripped;
    }

    private static boolean isUnseen(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }

    /**
     * Returns the forms of a name, of which no two columns of a struct may share one. They are the
     * name as engines that fold case see it, and as Iceberg writes it into Parquet and Avro, which
     * takes letters, digits and underscores.
     */
    public static List<String> forms(String name) {
        String folded = fold(name);
        String written = fold(AvroSchemaUtil.makeCompatibleName(name));
        return folded.equals(written) ? List.of(folded) : List.of(folded, written);
    }

    /**
     * Folds a name to upper and then to lower case, since some letters are equal in one case only.
     */
    private static String fold(String name) {
        return name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
}
