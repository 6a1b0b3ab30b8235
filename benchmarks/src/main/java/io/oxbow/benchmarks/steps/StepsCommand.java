package io.oxbow.benchmarks.steps;

import io.oxbow.benchmarks.document.GeneratedSection;
import io.oxbow.benchmarks.scenario.MeasuredWindow;
import io.oxbow.benchmarks.scenario.OxbowUnderLoad;
import io.oxbow.benchmarks.scenario.Workload;
import io.oxbow.benchmarks.server.Children;
import io.oxbow.benchmarks.server.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench steps}. */
@Command(
        name = "steps",
        mixinStandardHelpOptions = true,
        description = {
            "Runs Oxbow under async-profiler and prints CPU seconds per GiB for each step of the"
                    + " produce path.",
            "The profiles, for flame graphs, are written to target/bench."
        })
public final class StepsCommand implements Callable<Integer> {

    @Option(
            names = "--rate",
            paramLabel = "MIB",
            description = "Per second (default: ${DEFAULT-VALUE}).")
    private double mibPerSecond = 80;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description =
                    "Warm-up under load before the profile, in seconds (default: ${DEFAULT-VALUE}).")
    private int warmupSeconds = 30;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            description = "Length of the profile in seconds (default: ${DEFAULT-VALUE}).")
    private int seconds = 30;

    @Option(
            names = "--dir",
            paramLabel = "DIRECTORY",
            description = "Directory of the server's data while it runs; on a disk.")
    private @Nullable Path directory;

    @Option(
            names = "--heap",
            paramLabel = "MIB",
            description = "Of the server (default: ${DEFAULT-VALUE}).")
    private int heapMib = 1024;

    @Option(names = "--docs", description = "Rewrites the table in docs/performance.md.")
    private boolean docs;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("oxbow.home", ""));
        Path results = Files.createDirectories(home.resolve("target/bench").toAbsolutePath());
        Map<String, Workload> workloads = new LinkedHashMap<>();
        workloads.put("16 KiB batches", Workload.batchesOf16Kib(mibPerSecond));
        workloads.put("64 KiB batches", Workload.batchesOf64Kib(mibPerSecond));
        List<StepsTable.Column> columns = new ArrayList<>();
        Path place = directory != null ? directory : Lab.usualDirectory(home);
        try (var children = new Children()) {
            var lab = new Lab(home, place.toAbsolutePath(), heapMib, children);
            Profiler profiler = Profiler.in(children.directory(lab.directory(), "profiler-"));
            for (var each : workloads.entrySet()) {
                System.err.printf("%s ...%n", each.getValue().title());
                Path file = results.resolve("steps-%d.collapsed".formatted(columns.size() + 1));
                columns.add(column(lab, profiler, each.getKey(), each.getValue(), file));
            }
        }
        String table = StepsTable.of(columns);
        System.out.print(table);
        System.out.flush();
        if (docs) {
            GeneratedSection.ofPerformance(home, "steps").rewrite(table);
        }
        return 0;
    }

    private StepsTable.Column column(
            Lab lab, Profiler profiler, String title, Workload workload, Path file)
            throws IOException, InterruptedException {
        try (var oxbow = OxbowUnderLoad.start(lab, workload)) {
            Thread.sleep(Duration.ofSeconds(warmupSeconds));
            long pid = oxbow.pid();
            profiler.start(pid);
            MeasuredWindow window = oxbow.measure(seconds);
            List<String> stacks = profiler.stop(pid, file);
            return new StepsTable.Column(
                    title, window.cpuSecondsPerGib(), window.mibPerSecond(), Samples.of(stacks));
        }
    }
}
