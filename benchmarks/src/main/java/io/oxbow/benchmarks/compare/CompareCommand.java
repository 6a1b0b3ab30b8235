package io.oxbow.benchmarks.compare;

import io.oxbow.benchmarks.document.GeneratedSection;
import io.oxbow.benchmarks.scenario.Windows;
import io.oxbow.benchmarks.server.Children;
import io.oxbow.benchmarks.server.Lab;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench compare}. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Runs Oxbow and a stock Apache Kafka in alternation under the same load and prints the"
                    + " ratios beside their targets.",
            "Ends with exit code 0 when all was measured, whether targets are met or not.",
        })
public class CompareCommand implements Callable<Integer> {

    private static final Windows QUICK = new Windows(30, 15, 2048);
    private static final Windows FULL = new Windows(60, 60, 4096);
    private static final int FULL_RUNS = 5;

    @Option(names = "--quick", description = "One run of short windows: all in half an hour.")
    private boolean quick;

    @Option(names = "--runs", paramLabel = "N", description = "Alternations (5; quick: 1).")
    private @Nullable Integer runs;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description = "Warm-up under load before a window, in seconds (60; quick: 20).")
    private @Nullable Integer warmup;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            description = "Length of a measured window in seconds (60; quick: 15).")
    private @Nullable Integer seconds;

    @Option(
            names = "--metrics",
            paramLabel = "NAME",
            split = ",",
            description = "Metrics to measure, separated by commas.")
    private List<String> names = List.of();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "File of the results, rewritten as they come in (default: in target/bench).")
    private @Nullable Path json;

    @Option(
            names = "--dir",
            paramLabel = "DIRECTORY",
            description =
                    "Directory of the servers' data while they run: on a disk, not in memory"
                            + " (default: the directory for temporary files, if it is on one).")
    private @Nullable Path directory;

    @Option(
            names = "--heap",
            paramLabel = "MIB",
            description = "Of every server process (default: ${DEFAULT-VALUE}).")
    private int heapMib = 1024;

    @Option(names = "--docs", description = "Rewrites the table in docs/performance.md.")
    private boolean docs;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Path home = Path.of(System.getProperty("oxbow.home", ""));
        List<Metric> metrics = chosen();
        Windows windows = windows();
        int alternations = runs != null ? runs : quick ? 1 : FULL_RUNS;
        Path file =
                json != null
                        ? json
                        : home.resolve("target/bench")
                                .resolve(cluster() ? "cluster.json" : "compare.json");
        Path place = directory != null ? directory : Lab.usualDirectory(home);
        try (var children = new Children()) {
            var lab = new Lab(home, place.toAbsolutePath(), heapMib, children);
            Map<String, String> about = Surroundings.of(lab, windows, alternations);
            about.forEach((name, value) -> System.err.printf("%s: %s%n", name, value));
            var report = new Report(about);
            var comparison = new Comparison(lab, windows, alternations, metrics, System.err);
            var output = new Output(file, report);
            output.write(comparison.results());
            comparison.run(output::write);
            if (docs) {
                GeneratedSection.ofPerformance(home, cluster() ? "cluster" : "comparison")
                        .rewrite(Table.of(comparison.results()) + "\n" + Table.of(about));
            }
            return finish(comparison.results(), file);
        }
    }

    private static int finish(List<Result> results, Path file) {
        System.err.printf("%nwritten to %s%n%n", file);
        System.out.print(Table.of(results));
        System.out.flush();
        return results.stream().allMatch(Result.Measured.class::isInstance) ? 0 : 1;
    }

    /** Returns true if metrics of clusters are measured where none are named. */
    boolean cluster() {
        return false;
    }

    private Windows windows() {
        Windows usual = quick ? QUICK : FULL;
        return new Windows(
                warmup != null ? warmup : usual.warmupSeconds(),
                seconds != null ? seconds : usual.seconds(),
                usual.preloadMib());
    }

    private List<Metric> chosen() {
        List<Metric> all = List.of(Metric.values());
        if (names.isEmpty()) {
            return all.stream().filter(each -> each.isOfCluster() == cluster()).toList();
        }
        for (String name : names) {
            if (all.stream().noneMatch(each -> each.title().equals(name))) {
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(),
                        "--metrics names '%s'; there are %s"
                                .formatted(
                                        name,
                                        Arrays.stream(Metric.values())
                                                .map(Metric::title)
                                                .toList()));
            }
        }
        return all.stream().filter(each -> names.contains(each.title())).toList();
    }
}
