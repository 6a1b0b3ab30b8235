package io.oxbow.tableflow.shape;

/** Names as engines take them. */
final class ColumnName {

    private ColumnName() {}

    /** Without dots, which separate levels in SQL, and never empty. */
    static String clean(String source) {
        String name = source.replace('.', '_').strip();
        return name.isEmpty() ? "_" : name;
    }
}
