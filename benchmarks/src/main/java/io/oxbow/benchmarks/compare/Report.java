package io.oxbow.benchmarks.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns results into JSON. */
final class Report {

    private final ObjectMapper mapper =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private final Map<String, String> surroundings;

    /**
     * @param surroundings machine, build and settings of the measurement
     */
    Report(Map<String, String> surroundings) {
        this.surroundings = surroundings;
    }

    String of(List<Result> results) {
        ObjectNode report = mapper.createObjectNode();
        ObjectNode about = report.putObject("about");
        surroundings.forEach(about::put);
        ArrayNode metrics = report.putArray("metrics");
        results.forEach(each -> add(metrics.addObject(), each));
        return report.toPrettyString() + "\n";
    }

    private static void add(ObjectNode into, Result result) {
        Metric metric = result.metric();
        into.put("name", metric.title());
        into.put("unit", metric.quantity().unit());
        into.put("direction", metric.target().direction().title());
        switch (result) {
            case Result.Measured measured -> addMeasured(into, measured);
            case Result.Missing missing -> {
                into.putNull("oxbow").putNull("peer").putNull("ratio");
                into.put("reason", missing.reason());
            }
        }
        into.put("target", metric.target().value());
        into.put("target_of", metric.target().of().title());
        switch (result) {
            case Result.Measured measured -> into.put("met", measured.isMet());
            case Result.Missing missing -> into.putNull("met");
        }
    }

    private static void addMeasured(ObjectNode into, Result.Measured measured) {
        into.put("oxbow", measured.oxbow());
        into.put("peer", number(measured.peer()));
        into.putObject("ratio")
                .put("min", number(measured.ratio().min()))
                .put("median", number(measured.ratio().median()))
                .put("max", number(measured.ratio().max()));
        ArrayNode runs = into.putArray("runs");
        measured.runs()
                .forEach(each ->
                        runs.addObject()
                                .put("oxbow", each.oxbow())
                                .put("peer", number(each.peer()))
                                .put("ratio", number(each.ratio())));
        if (!measured.notes().isEmpty()) {
            into.put("note", String.join("; ", measured.notes()));
        }
    }

    /** Returns null for what is not a number: where a metric has no peer. */
    private static @Nullable Double number(double value) {
        return Double.isNaN(value) ? null : Double.valueOf(value);
    }
}
