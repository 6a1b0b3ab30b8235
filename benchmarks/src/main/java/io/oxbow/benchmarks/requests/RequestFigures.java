package io.oxbow.benchmarks.requests;

import io.oxbow.benchmarks.server.RequestCounts;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Requests of some nodes together, with one kind of write-ahead log.
 *
 * @param nodes number of them
 * @param mibPerSecond reached under load
 * @param perGib requests per GiB of record values
 * @param idleHour requests of an hour without load
 */
record RequestFigures(
        int nodes, String wal, double mibPerSecond, RequestCounts perGib, RequestCounts idleHour) {

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
                        | nodes | write-ahead log | | PUT | GET | LIST | $ a month |
                        |--:|---|---|--:|--:|--:|--:|
                        """);
        for (RequestFigures each : all) {
            String load = "per GiB at %.1f MiB/s".formatted(each.mibPerSecond);
            text.append(each.row(load, each.perGib, each.dollarsPerLoadedMonth()));
            text.append(each.row("per idle hour", each.idleHour, each.dollarsPerIdleMonth()));
        }
        return text.toString();
    }

    private String row(String what, RequestCounts counts, double dollars) {
        return String.format(
                Locale.ROOT,
                "| %d | `%s` | %s | %.1f | %.1f | %.1f | %.2f |%n",
                nodes,
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
                    "requests_per_gib_" + each.suffix(),
                    figures(each.perGib, each.dollarsPerLoadedMonth()));
            metrics.put(
                    "requests_idle_hour_" + each.suffix(),
                    figures(each.idleHour, each.dollarsPerIdleMonth()));
        }
        return metrics;
    }

    private String suffix() {
        return nodes == 1 ? wal : "%s_%d_nodes".formatted(wal, nodes);
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
