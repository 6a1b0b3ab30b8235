package io.oxbow.sql;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prints a result as aligned text. The first rows decide how wide the columns are; later ones may
 * stick out, so that a long result needs no memory.
 */
public final class TablePrinter {

    private static final int ROWS_MEASURED = 1000;

    private final PrintWriter out;

    public TablePrinter(PrintWriter out) {
        this.out = out;
    }

    /** Prints everything, and how many rows it was; returns that too. */
    public long print(ResultTable result) {
        List<ResultColumn> columns = result.columns();
        List<List<String>> first = new ArrayList<>();
        while (first.size() < ROWS_MEASURED && result.hasNext()) {
            first.add(cells(result.next()));
        }
        int[] widths = widths(columns, first);
        printHeader(columns, widths);
        first.forEach(row -> printRow(columns, widths, row));
        long count = first.size();
        while (result.hasNext()) {
            printRow(columns, widths, cells(result.next()));
            count++;
        }
        out.println(count == 1 ? "(1 row)" : "(" + count + " rows)");
        out.flush();
        return count;
    }

    private static List<String> cells(List<@Nullable Object> row) {
        List<String> cells = new ArrayList<>(row.size());
        row.forEach(value -> cells.add(ValueText.cell(value)));
        return cells;
    }

    private static int[] widths(List<ResultColumn> columns, List<List<String>> rows) {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = width(columns.get(i).name());
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        return widths;
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private void printHeader(List<ResultColumn> columns, int[] widths) {
        StringBuilder names = new StringBuilder();
        StringBuilder rule = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            names.append(i == 0 ? " " : " | ");
            rule.append(i == 0 ? "-" : "-+-").repeat("-", widths[i]);
            append(names, columns.get(i).name(), widths[i], false, i == widths.length - 1);
        }
        out.println(names);
        out.println(rule.append('-'));
    }

    private void printRow(List<ResultColumn> columns, int[] widths, List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(i == 0 ? " " : " | ");
            append(line, row.get(i), widths[i], columns.get(i).numeric(), i == widths.length - 1);
        }
        out.println(line);
    }

    private static void append(
            StringBuilder line, String text, int width, boolean right, boolean last) {
        int padding = Math.max(0, width - width(text));
        if (right) {
            line.repeat(" ", padding).append(text);
        } else {
            line.append(text).repeat(" ", last ? 0 : padding);
        }
    }
}
