package io.oxbow.benchmarks.scenario;

import io.oxbow.benchmarks.server.Lab;
import io.oxbow.benchmarks.server.LoadProcess;
import io.oxbow.benchmarks.server.OxbowServers;
import io.oxbow.benchmarks.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Kills a server with six thousand partitions and a gigabyte in its log, and restarts it. The
 * producer lives through it and gets its next acknowledgement.
 *
 * <p>Oxbow is told not to upload before the kill, so that recovery finds the gigabyte; it starts
 * again with its defaults.
 */
public final class PartitionsScenario implements Scenario {

    private static final int TOPICS = 60;
    private static final int PARTITIONS = 100;

    /**
     * Records to produce: with the frames around them, a little less than the gigabyte that makes
     * an upload.
     */
    private static final long RECORDS = 1_000_000;

    private static final Workload FILL = new Workload(0, 1024, 16 * 1024, 20);
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final double MIB = 1 << 20;
    private static final double NANOS = 1e9;
    private static final int OXBOW_SECONDS = 50;
    private static final int PEER_SECONDS = 110;

    @Override
    public String title() {
        return "create 6,000 partitions, produce 1 GiB to them, kill -9, start again";
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return contender == Contender.OXBOW ? OXBOW_SECONDS : PEER_SECONDS;
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        List<String> topics = IntStream.range(0, TOPICS).mapToObj("topic-%02d"::formatted).toList();
        try (Server server = contender.start(lab, LogWithoutUploads.ofAppends(256))) {
            long before = System.nanoTime();
            Topics.create(server, contender, topics, PARTITIONS);
            double toCreate = (System.nanoTime() - before) / NANOS;
            Topics.fill(lab, server, topics, FILL, RECORDS);
            List<String> notes = new ArrayList<>();
            if (contender == Contender.OXBOW) {
                notes.add(
                        "Oxbow: %.0f MiB were in the bucket at the kill, the rest in the log"
                                .formatted(bytesIn(server.directory().resolve("bucket")) / MIB));
            }
            double toProduce = restart(lab, server, contender, topics.getFirst());
            Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
            values.put(Quantity.SECONDS_TO_CREATE, toCreate);
            values.put(Quantity.SECONDS_TO_PRODUCE, toProduce);
            return new Figures(values, notes);
        }
    }

    private static double restart(Lab lab, Server server, Contender contender, String topic)
            throws IOException, InterruptedException {
        try (LoadProcess probe =
                LoadProcess.start(lab, server, "probe", List.of("--topic=" + topic))) {
            probe.await("started", START);
            server.kill();
            if (contender == Contender.OXBOW) {
                OxbowServers.configure(server.directory(), LogWithoutUploads.LOG);
            }
            probe.tell("send");
            long before = System.nanoTime();
            server.launch();
            probe.await("acked", PATIENCE);
            return (System.nanoTime() - before) / NANOS;
        }
    }

    private static double bytesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            double bytes = 0;
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(each);
            }
            return bytes;
        }
    }
}
