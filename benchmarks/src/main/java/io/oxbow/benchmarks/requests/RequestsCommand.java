package io.oxbow.benchmarks.requests;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.benchmarks.document.GeneratedSection;
import io.oxbow.benchmarks.scenario.MeasuredWindow;
import io.oxbow.benchmarks.scenario.OxbowUnderLoad;
import io.oxbow.benchmarks.scenario.Workload;
import io.oxbow.benchmarks.server.Children;
import io.oxbow.benchmarks.server.Lab;
import io.oxbow.benchmarks.server.RequestCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench requests}. */
@Command(
        name = "requests",
        mixinStandardHelpOptions = true,
        description = {
            "Counts a node's requests to its bucket, under load and idle, and what they cost.",
            "The bucket is a local directory, of which each call would be one request to S3."
        })
public final class RequestsCommand implements Callable<Integer> {

    private static final double SECONDS_PER_HOUR = 3600;

    @Option(names = "--quick", description = "A minute under load and a minute idle.")
    private boolean quick;

    @Option(
            names = "--rate",
            paramLabel = "MIB",
            description = "Produced per second (default: ${DEFAULT-VALUE}).")
    private double mibPerSecond = 20;

    @Option(
            names = "--wal",
            split = ",",
            description = "Kinds of write-ahead log to measure (default: ${DEFAULT-VALUE}).")
    private List<String> wals = List.of("file", "object");

    @Option(
            names = "--nodes",
            split = ",",
            description = "Numbers of nodes to measure, each alone (default: ${DEFAULT-VALUE}).")
    private List<Integer> nodeCounts = List.of(1);

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Setting of the node, such as oxbow.memory=2g.")
    private Map<String, String> settings = Map.of();

    @Option(names = "--dir", description = "Directory of the node's data; on a disk.")
    private @Nullable Path directory;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there, too.")
    private @Nullable Path json;

    @Option(names = "--docs", description = "Rewrites the table in docs/performance.md.")
    private boolean docs;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("oxbow.home", ""));
        Path place = directory != null ? directory : Lab.usualDirectory(home);
        List<RequestFigures> all = new ArrayList<>();
        try (var children = new Children()) {
            var lab = new Lab(home, place.toAbsolutePath(), Lab.USUAL_HEAP, children);
            for (int nodes : nodeCounts) {
                for (String wal : wals) {
                    System.err.printf("nodes: %d, oxbow.wal=%s ...%n", nodes, wal);
                    all.add(measure(lab, nodes, wal));
                }
            }
        }
        String table = RequestFigures.table(all);
        System.out.print(table);
        System.out.flush();
        if (json != null) {
            new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(json.toFile(), RequestFigures.metrics(all));
        }
        if (docs) {
            GeneratedSection.ofPerformance(home, "requests").rewrite(table);
        }
        return 0;
    }

    private RequestFigures measure(Lab lab, int nodes, String wal)
            throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("oxbow.wal", wal);
        Workload workload = Workload.batchesOf16Kib(mibPerSecond);
        try (var oxbow = OxbowUnderLoad.start(lab, nodes, workload, all)) {
            Thread.sleep(Duration.ofSeconds(quick ? 25 : 60));
            RequestCounts before = oxbow.requests();
            MeasuredWindow window = oxbow.measure(quick ? 60 : 300);
            RequestCounts loaded = oxbow.requests().since(before);
            oxbow.endLoad();
            // The last records are uploaded when they have their age, 30 s.
            Thread.sleep(Duration.ofSeconds(50));
            long idleSince = System.nanoTime();
            RequestCounts settled = oxbow.requests();
            Thread.sleep(Duration.ofSeconds(quick ? 60 : 600));
            RequestCounts idle = oxbow.requests().since(settled);
            double hours = (System.nanoTime() - idleSince) / 1e9 / SECONDS_PER_HOUR;
            double gib = window.ackedBytes() / (double) (1L << 30);
            return new RequestFigures(
                    nodes,
                    wal,
                    window.mibPerSecond(),
                    loaded.times(1 / gib),
                    idle.times(1 / hours));
        }
    }
}
