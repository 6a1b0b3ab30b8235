package io.oxbow.benchmarks.compare;

import io.oxbow.benchmarks.scenario.Contender;
import io.oxbow.benchmarks.scenario.Figures;
import io.oxbow.benchmarks.scenario.Scenario;
import io.oxbow.benchmarks.scenario.Windows;
import io.oxbow.benchmarks.server.Lab;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs the scenarios of the chosen metrics, contenders in alternation, and collects the results.
 */
final class Comparison {

    private static final int REASON_LENGTH = 400;

    private final Lab lab;
    private final Windows windows;
    private final int runs;
    private final PrintStream progress;
    private final Map<Metric, List<Result.Pair>> pairs = new EnumMap<>(Metric.class);
    private final Map<Metric, List<String>> notes = new EnumMap<>(Metric.class);
    private int secondsLeft;

    Comparison(Lab lab, Windows windows, int runs, List<Metric> metrics, PrintStream progress) {
        this.lab = lab;
        this.windows = windows;
        this.runs = runs;
        this.progress = progress;
        for (Metric each : metrics) {
            pairs.put(each, new ArrayList<>());
            notes.put(each, new ArrayList<>());
        }
    }

    /** Measures all metrics; {@code each} gets all results so far after every alternation. */
    void run(Consumer<List<Result>> each) throws InterruptedException {
        // The log alone comes first: the other scenarios leave the disk with gigabytes to write
        // back, which slows the next one down.
        List<Scenario> scenarios =
                pairs.keySet().stream()
                        .map(Metric::scenario)
                        .distinct()
                        .sorted(Comparator.comparing(other -> !other.equals(Scenarios.WAL)))
                        .toList();
        secondsLeft =
                scenarios.stream().mapToInt(scenario -> runs * estimateSeconds(scenario)).sum();
        for (Scenario scenario : scenarios) {
            progress.printf("%n%s%n", scenario.title());
            for (int run = 1; run <= runs; run++) {
                alternate(scenario, run);
                each.accept(results());
            }
        }
    }

    private int estimateSeconds(Scenario scenario) {
        return contenders(scenario).stream()
                .mapToInt(each -> scenario.estimateSeconds(each, windows))
                .sum();
    }

    List<Result> results() {
        return pairs.keySet().stream()
                .map(each ->
                        Result.of(
                                each,
                                pairs.getOrDefault(each, List.of()),
                                notes.getOrDefault(each, List.of())))
                .toList();
    }

    private void alternate(Scenario scenario, int run) throws InterruptedException {
        Map<Contender, Figures> figures = new EnumMap<>(Contender.class);
        for (Contender contender : contenders(scenario)) {
            progress.printf(
                    "  run %d of %d, %s (about %d min left) ... ",
                    run, runs, contender.title(), Math.ceilDiv(secondsLeft, 60));
            progress.flush();
            try {
                Figures measured = scenario.run(contender, lab, windows);
                figures.put(contender, measured);
                progress.println(Table.line(measured));
            } catch (IOException | UncheckedIOException | IllegalStateException e) {
                progress.println("failed: " + e.getMessage());
                String note = "run %d, %s: %s".formatted(run, contender.title(), inOneLine(e));
                figures.put(contender, new Figures(Map.of(), List.of(note)));
            }
            secondsLeft -= scenario.estimateSeconds(contender, windows);
        }
        keep(scenario, figures);
    }

    private void keep(Scenario scenario, Map<Contender, Figures> figures) {
        pairs.forEach((metric, kept) -> {
            if (!metric.scenario().equals(scenario)) {
                return;
            }
            Figures oxbow = of(figures, Contender.OXBOW);
            Figures peer = of(figures, metric.peer());
            Double ours = oxbow.values().get(metric.quantity());
            Double theirs =
                    metric.peer() == Contender.NONE
                            ? Double.valueOf(Double.NaN)
                            : peer.values().get(metric.quantity());
            if (ours != null && theirs != null) {
                kept.add(new Result.Pair(ours, theirs));
            }
            List<String> told = notes.computeIfAbsent(metric, m -> new ArrayList<>());
            told.addAll(oxbow.notes());
            told.addAll(peer.notes());
        });
    }

    private static Figures of(Map<Contender, Figures> figures, Contender contender) {
        return figures.getOrDefault(contender, new Figures(Map.of(), List.of()));
    }

    private Set<Contender> contenders(Scenario scenario) {
        Set<Contender> found = new LinkedHashSet<>();
        found.add(Contender.OXBOW);
        pairs.keySet().stream()
                .filter(metric -> metric.scenario().equals(scenario))
                .filter(metric -> metric.peer() != Contender.NONE)
                .forEach(metric -> found.add(metric.peer()));
        return found;
    }

    private static String inOneLine(Exception failure) {
        String all = String.valueOf(failure.getMessage()).strip().replaceAll("\\s*\\R\\s*", " | ");
        return all.length() <= REASON_LENGTH ? all : all.substring(0, REASON_LENGTH) + " ...";
    }
}
