package io.oxbow.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.broker.config.InertTopicKeys;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints a command's answer on stdout: text for people, or JSON for scripts. */
public final class Output {

    private final PrintStream out;
    private final boolean json;

    private Output(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    public static Output of(ClientOptions client) {
        return new Output(System.out, client.json);
    }

    /** Prints one thing that was done. */
    public void fact(String text, Map<String, ?> values) {
        if (json) {
            json(values);
        } else {
            out.println(text);
        }
    }

    /** Topic configs that were taken and have no effect; on stderr, beside the answer. */
    public void inert(Collection<String> keys) {
        InertTopicKeys.reasons()
                .forEach((key, reason) -> {
                    if (keys.contains(key)) {
                        System.err.printf("oxbow: %s has no effect: %s%n", key, reason);
                    }
                });
    }

    public void line(String text) {
        out.println(text);
    }

    public void json(Object value) {
        try {
            // Not a constant: most commands print text, and a mapper takes long to make.
            out.println(new ObjectMapper().writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new CommandFailure("cannot write the answer as JSON", e);
        }
    }

    /** Prints rows under headings; in JSON an array of objects. */
    public void table(List<String> columns, List<? extends List<?>> rows) {
        if (json) {
            List<Map<String, Object>> objects = new ArrayList<>();
            for (List<?> row : rows) {
                Map<String, Object> object = new LinkedHashMap<>();
                for (int i = 0; i < columns.size(); i++) {
                    object.put(columns.get(i), row.get(i));
                }
                objects.add(object);
            }
            json(objects);
            return;
        }
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] =
                    Math.max(
                            columns.get(i).length(),
                            rows.stream()
                                    .mapToInt(row -> String.valueOf(row.get(column)).length())
                                    .max()
                                    .orElse(0));
        }
        print(columns, widths);
        for (List<?> row : rows) {
            print(row, widths);
        }
    }

    private void print(List<?> cells, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = String.valueOf(cells.get(i));
            line.append(cell);
            if (i < widths.length - 1) {
                line.repeat(' ', widths[i] - cell.length() + 2);
            }
        }
        out.println(line);
    }
}
