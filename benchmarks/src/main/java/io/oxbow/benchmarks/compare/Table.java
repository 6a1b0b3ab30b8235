package io.oxbow.benchmarks.compare;

import io.oxbow.benchmarks.scenario.Figures;
import io.oxbow.benchmarks.scenario.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Results for people to read; Markdown, so that it can stand in a document too. */
final class Table {

    private static final String HEAD =
            """
            | metric | unit | Oxbow | peer | ratio: min | median | max | target | met |
            |---|---|--:|--:|--:|--:|--:|--:|:-:|
            """;

    private Table() {}

    static String of(List<Result> results) {
        var lines = new StringBuilder(HEAD);
        List<String> remarks = new ArrayList<>();
        for (Result each : results) {
            lines.append(row(each)).append('\n');
            String remark = remark(each);
            if (!remark.isEmpty()) {
                remarks.add("- `%s`: %s".formatted(each.metric().title(), remark));
            }
        }
        if (!remarks.isEmpty()) {
            lines.append('\n').append(String.join("\n", remarks)).append('\n');
        }
        return lines.toString();
    }

    /** Returns the description of a measurement's surroundings. */
    static String of(Map<String, String> about) {
        return about.entrySet().stream()
                .map(each -> "- %s: %s%n".formatted(each.getKey(), each.getValue()))
                .collect(Collectors.joining());
    }

    private static String row(Result result) {
        Metric metric = result.metric();
        return switch (result) {
            case Result.Measured measured ->
                    "| `%s` | %s | %s | %s | %s | %s | %s | %s | %s |"
                            .formatted(
                                    metric.title(),
                                    metric.quantity().unit(),
                                    number(measured.oxbow()),
                                    number(measured.peer()),
                                    number(measured.ratio().min()),
                                    number(measured.ratio().median()),
                                    number(measured.ratio().max()),
                                    target(metric),
                                    measured.isMet() ? "✓" : "✗");
            case Result.Missing missing ->
                    "| `%s` | %s | – | – | – | – | – | %s | – |"
                            .formatted(metric.title(), metric.quantity().unit(), target(metric));
        };
    }

    private static String remark(Result result) {
        return switch (result) {
            case Result.Measured measured -> String.join("; ", measured.notes());
            case Result.Missing missing -> missing.reason();
        };
    }

    private static String target(Metric metric) {
        Target target = metric.target();
        String sign = target.direction() == Target.Direction.LOWER ? "≤" : "≥";
        String of = target.of() == Target.Of.OXBOW ? " (Oxbow)" : "";
        return sign + " " + number(target.value()) + of;
    }

    /** Returns one run's figures in a line. */
    static String line(Figures figures) {
        String values =
                figures.values().entrySet().stream()
                        .map(each ->
                                number(each.getValue())
                                        + " "
                                        + each.getKey().unit()
                                        + (each.getKey() == Quantity.PEAK_RSS_MIB ? " RSS" : ""))
                        .collect(Collectors.joining(", "));
        return figures.notes().isEmpty()
                ? values
                : values + " (" + String.join("; ", figures.notes()) + ")";
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.2f", value);
    }
}
