package io.oxbow.benchmarks.steps;

import java.util.List;
import java.util.Locale;

/** Prints CPU seconds per GiB, a row per step and a column per workload. */
final class StepsTable {

    private StepsTable() {}

    /**
     * @param title of the workload
     * @param cpuSecondsPerGib of the whole server
     */
    record Column(String title, double cpuSecondsPerGib, double mibPerSecond, Samples samples) {}

    static String of(List<Column> columns) {
        var head = new StringBuilder("| step |");
        var line = new StringBuilder("|---|");
        for (Column each : columns) {
            head.append(" %s: CPU s/GiB | share |".formatted(each.title()));
            line.append("--:|--:|");
        }
        var rows = new StringBuilder();
        for (Step step : Step.values()) {
            rows.append(row(step, columns));
        }
        var sum = new StringBuilder("| all |");
        for (Column each : columns) {
            sum.append(
                    String.format(
                            Locale.ROOT,
                            " %.2f at %.0f MiB/s | |",
                            each.cpuSecondsPerGib(),
                            each.mibPerSecond()));
        }
        return head + "\n" + line + "\n" + rows + sum + "\n";
    }

    private static String row(Step step, List<Column> columns) {
        var row = new StringBuilder("| %s |".formatted(step.title()));
        for (Column each : columns) {
            double share = each.samples().shareOf(step);
            row.append(
                    String.format(
                            Locale.ROOT,
                            " %.3f | %.1f%% |",
                            share * each.cpuSecondsPerGib(),
                            100 * share));
        }
        return row.append('\n').toString();
    }
}
