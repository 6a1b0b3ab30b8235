package io.oxbow.benchmarks.requests;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Requests of a node with one kind of write-ahead log.
 *
 * @param mibPerSecond reached under load
 * @param perGib requests per GiB of record values
 * @param idleHour requests of an hour without load
 */
record RequestFigures(
        String wal, double mibPerSecond, RequestCounts perGib, RequestCounts idleHour) {

    private static final double HOURS_PER_MONTH = 730;
    private static final double MIB_PER_GIB = 1024;
    private static final double SECONDS_PER_MONTH = 3600 * HOURS_PER_MONTH;

    private double dollarsPerLoadedMonth() {
        return perGib.dollars() * mibPerSecond / MIB_PER_GIB * SECONDS_PER_MONTH;
    }

    private double dollarsPerIdleMonth() {
        return idleHour.dollars() * HOURS_PER_MONTH;
    }

    /** Returns the figures as a table for people. */
    static String table(List<RequestFigures> all) {
        var text =
                new StringBuilder(
                        """
                        | write-ahead log | | PUT | GET | LIST | $ a month |
                        |---|---|--:|--:|--:|--:|
                        """);
        for (RequestFigures each : all) {
            String load = "per GiB at %.1f MiB/s".formatted(each.mibPerSecond);
            text.append(row(each.wal, load, each.perGib, each.dollarsPerLoadedMonth()));
            text.append(row(each.wal, "per idle hour", each.idleHour, each.dollarsPerIdleMonth()));
        }
        return text.toString();
    }

    private static String row(String wal, String what, RequestCounts counts, double dollars) {
        return String.format(
                Locale.ROOT,
                "| `%s` | %s | %.1f | %.1f | %.1f | %.2f |%n",
                wal,
                what,
                counts.puts(),
                counts.gets(),
                counts.lists(),
                dollars);
    }

    /** Returns the figures by name, for programs. */
    static Map<String, Map<String, Object>> metrics(List<RequestFigures> all) {
        Map<String, Map<String, Object>> metrics = new TreeMap<>();
        for (RequestFigures each : all) {
            metrics.put(
                    "requests_per_gib_" + each.wal,
                    figures(each.perGib, each.dollarsPerLoadedMonth()));
            metrics.put(
                    "requests_idle_hour_" + each.wal,
                    figures(each.idleHour, each.dollarsPerIdleMonth()));
        }
        return metrics;
    }

    private static Map<String, Object> figures(RequestCounts counts, double dollars) {
        return new TreeMap<>(
                Map.of(
                        "put", counts.puts(),
                        "get", counts.gets(),
                        "list", counts.lists(),
                        "dollars_per_month", dollars,
                        "by_operation", counts.byOperation()));
    }
}
