package io.oxbow.benchmarks.server;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of requests to a store, by operation, as a node's metrics count them.
 *
 * @param byOperation such as {@code put} and {@code list}; operations without requests may be
 *     missing
 */
public record RequestCounts(Map<String, Double> byOperation) {

    static final RequestCounts NONE = new RequestCounts(Map.of());

    private static final Pattern COUNTER =
            Pattern.compile(
                    "(?m)^oxbow_store_requests_total\\{[^}]*operation=\"([^\"]+)\"[^}]*} (\\S+)$");

    /** S3 Standard's price in dollars of a PUT, COPY, POST or LIST. */
    private static final double DOLLARS_PER_PUT = 0.005 / 1000;

    /**
     * S3 Standard's price in dollars of a GET or of any other request but DELETE, which is free.
     */
    private static final double DOLLARS_PER_GET = 0.0004 / 1000;

    public RequestCounts {
        byOperation = new TreeMap<>(byOperation);
    }

    /** Reads the counters from metrics in Prometheus's text format; outcomes are added up. */
    public static RequestCounts of(String metrics) {
        Map<String, Double> counts = new TreeMap<>();
        Matcher counter = COUNTER.matcher(metrics);
        while (counter.find()) {
            counts.merge(counter.group(1), Double.parseDouble(counter.group(2)), Double::sum);
        }
        return new RequestCounts(counts);
    }

    RequestCounts plus(RequestCounts other) {
        Map<String, Double> counts = new TreeMap<>(byOperation);
        other.byOperation.forEach(
                (operation, count) -> counts.merge(operation, count, Double::sum));
        return new RequestCounts(counts);
    }

    public RequestCounts since(RequestCounts before) {
        Map<String, Double> counts = new TreeMap<>(byOperation);
        before.byOperation.forEach(
                (operation, count) -> counts.merge(operation, -count, Double::sum));
        return new RequestCounts(counts);
    }

    public RequestCounts times(double factor) {
        Map<String, Double> counts = new TreeMap<>(byOperation);
        counts.replaceAll((operation, count) -> count * factor);
        return new RequestCounts(counts);
    }

    /** Returns the puts: objects, entries of logs, and each step of an upload in parts. */
    public double puts() {
        return sum("put", "create", "upload_begin", "upload_part", "upload_complete");
    }

    public double gets() {
        return sum("get", "range", "head");
    }

    public double lists() {
        return sum("list", "upload_list");
    }

    public double dollars() {
        return (puts() + lists()) * DOLLARS_PER_PUT + gets() * DOLLARS_PER_GET;
    }

    private double sum(String... operations) {
        double sum = 0;
        for (String operation : operations) {
            sum += byOperation.getOrDefault(operation, 0.0);
        }
        return sum;
    }
}
