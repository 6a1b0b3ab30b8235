package io.oxbow.node.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A strict reader of Prometheus' text format, version 0.0.4: a scrape that breaks one of its rules
 * would lose all of its samples.
 */
public final class PrometheusText {

    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (" + NAME + ") (.*)");
    private static final Pattern SAMPLE =
            Pattern.compile("(" + NAME + ")(?:\\{(.*)})? (\\S+)( -?\\d+)?");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\\"n])*)\"(?:,|$)");
    private static final Set<String> TYPES =
            Set.of("counter", "gauge", "histogram", "summary", "untyped");

    /** A sample with its labels in the order of their names. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    private final Map<String, String> types = new HashMap<>();
    private final Set<String> ended = new HashSet<>();
    private final List<Sample> samples = new ArrayList<>();
    private String family = "";

    private PrometheusText() {}

    /**
     * Reads all samples of an answer.
     *
     * @throws AssertionError naming the line and the rule that it breaks
     */
    public static List<Sample> read(String text) {
        var reader = new PrometheusText();
        require(text.endsWith("\n"), "the end", "no line feed after the last line");
        text.lines().filter(line -> !line.isEmpty()).forEach(reader::line);
        reader.checkHistograms();
        Set<String> series = new HashSet<>();
        reader.samples.forEach(sample ->
                require(
                        series.add(sample.name() + sample.labels()),
                        sample.toString(),
                        "a series twice"));
        return reader.samples;
    }

    private static void require(boolean is, String line, String otherwise) {
        if (!is) {
            throw new AssertionError(otherwise + ": " + line);
        }
    }

    private void line(String line) {
        if (line.startsWith("#")) {
            Matcher comment = COMMENT.matcher(line);
            require(comment.matches(), line, "neither HELP nor TYPE");
            enter(comment.group(2), line);
            if (comment.group(1).equals("TYPE")) {
                require(TYPES.contains(comment.group(3)), line, "no type");
                require(types.put(family, comment.group(3)) == null, line, "a type twice");
            }
            return;
        }
        Matcher sample = SAMPLE.matcher(line);
        require(sample.matches(), line, "no sample");
        enter(family(sample.group(1)), line);
        samples.add(
                new Sample(sample.group(1), labels(sample.group(2), line), value(sample.group(3))));
    }

    /** Lines of one family stand together. */
    private void enter(String name, String line) {
        if (!name.equals(family)) {
            require(ended.add(name), line, "a family in two places");
            family = name;
        }
    }

    private String family(String name) {
        String stem = name.replaceAll("_(bucket|sum|count)$", "");
        String type = types.getOrDefault(stem, "");
        return type.equals("histogram") || type.equals("summary") ? stem : name;
    }

    private static Map<String, String> labels(@Nullable String group, String line) {
        String text = group == null ? "" : group;
        Map<String, String> labels = new TreeMap<>();
        int at = 0;
        for (Matcher label = LABEL.matcher(text); label.find(); ) {
            require(label.start() == at, line, "no labels");
            require(labels.put(label.group(1), label.group(2)) == null, line, "a label twice");
            at = label.end();
        }
        require(at == text.length(), line, "no labels");
        return labels;
    }

    private static double value(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** A histogram's buckets only grow, and the last one, of infinity, is its count. */
    private void checkHistograms() {
        Map<String, Double> last = new HashMap<>();
        for (Sample sample : samples) {
            String name = family(sample.name());
            if (!"histogram".equals(types.get(name))) {
                continue;
            }
            Map<String, String> labels = new TreeMap<>(sample.labels());
            String bound = labels.remove("le");
            String series = name + labels;
            if (bound != null) {
                require(
                        sample.value() >= last.getOrDefault(series, 0.0),
                        sample.toString(),
                        "fewer than in the bucket before");
                last.put(series, sample.value());
            } else if (sample.name().endsWith("_count")) {
                require(
                        last.getOrDefault(series, -1.0).equals(sample.value()),
                        sample.toString(),
                        "not the count of all buckets");
            }
        }
    }
}
