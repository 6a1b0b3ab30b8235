package io.oxbow.node.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.cli.ExitCodes;
import io.oxbow.node.process.Outcome;
import io.oxbow.s3stream.testkit.CephGateway;
import io.oxbow.s3stream.testkit.Requirement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that no {@link FaultKind} of fault breaks a promise to clients. There are three nodes with
 * their write-ahead logs in a bucket on a real S3 server, each in a network namespace. {@code
 * bin/chaos} runs it for longer.
 */
@Tag("slow")
@Tag("s3")
class ChaosProcessTest {

    private static final Duration DURATION =
            Duration.ofSeconds(Long.getLong("oxbow.chaos.seconds", 120));
    private static final long SEED = Long.getLong("oxbow.chaos.seed", new Random().nextLong());
    private static final String FAULTS = System.getProperty("oxbow.chaos.faults", "");

    /** Time without progress from which on something is stuck. Machines for tests can be slow. */
    private static final Duration PATIENCE =
            Duration.ofSeconds(Long.getLong("oxbow.chaos.patience.seconds", 120));

    static {
        // Clients warn of each answer that they repeat a request for.
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.kafka", "error");
    }

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path temporary = Path.of("");

    private final History history = new History();

    @Test
    void promisesAreKept() throws Exception {
        System.out.printf("seed %d, %d s, logs in %s%n", SEED, DURATION.toSeconds(), temporary);
        Requirement.require(CephGateway.isInstalled(), "Ceph");
        try (var network = Ethernet.create();
                var bucket = CephGateway.start(network.bucketAddress());
                var cluster = new Cluster(network, temporary, settings(bucket), history)) {
            for (String zone : List.of("a", "b", "c")) {
                cluster.add(zone);
            }
            while (!cluster.allReady()) {
                cluster.pass(500);
            }
            try (var workload = new Workload(cluster.bootstrap(), history)) {
                workload.createTopics();
                workload.start();
                run(cluster, workload, new Faults(cluster, history, network.bucketAddress()));
            }
        }
    }

    private void run(Cluster cluster, Workload workload, Faults faults) throws Exception {
        var schedule = new Schedule(SEED, kinds());
        boolean serves = awaitServing(cluster, workload);
        long began = history.now();
        while (serves && history.now() - began < DURATION.toMillis()) {
            faults.befall(schedule.next());
            serves = awaitServing(cluster, workload);
            cluster.pass(schedule.pause().toMillis());
        }
        if (!serves) {
            cluster.dump();
        }
        workload.finish(PATIENCE.plusSeconds(30));
        String table = serves ? verify(cluster) : "";
        workload.readBack(PATIENCE.plusSeconds(30));
        judge(table);
    }

    /** Waits until all nodes are ready and everything goes on; returns false if that is in vain. */
    private boolean awaitServing(Cluster cluster, Workload workload) throws Exception {
        long since = history.now();
        long deadline = since + PATIENCE.plusSeconds(20).toMillis();
        while (true) {
            List<String> still = workload.still(since);
            if (still.isEmpty() && cluster.allReady()) {
                System.out.printf(
                        "%7.1f s  all serve again, %.1f s after the healing%n",
                        history.now() / 1000.0, (history.now() - since) / 1000.0);
                return true;
            }
            if (history.now() > deadline) {
                System.out.printf("%7.1f s  NOT SERVING: %s%n", history.now() / 1000.0, still);
                return false;
            }
            cluster.pass(200);
        }
    }

    /** Has {@code oxbow table verify} judge the table, once it has come up; returns its verdict. */
    private String verify(Cluster cluster) throws Exception {
        Machine asked = cluster.machines().getFirst();
        long deadline = history.now() + PATIENCE.toMillis();
        while (true) {
            Outcome outcome =
                    asked.command(
                            "table",
                            "verify",
                            Workload.WITH_TABLE,
                            "--bootstrap-server",
                            asked.kafka(),
                            "--json");
            boolean right = outcome.exit() == 0 && outcome.out().contains("\"lag\":0");
            boolean behind =
                    outcome.exit() == 0
                            || outcome.exit() == ExitCodes.NOT_YET
                            || outcome.exit() == ExitCodes.NO_ANSWER;
            if (right) {
                return "";
            }
            if (!behind || history.now() > deadline) {
                return "TABLE: exit %d%n%s%n%s"
                        .formatted(outcome.exit(), outcome.out(), outcome.err());
            }
            cluster.pass(500);
        }
    }

    private void judge(String table) throws IOException {
        List<Event> events = history.events();
        List<Finding> findings = new ArrayList<>(HistoryChecker.check(events, PATIENCE));
        findings.addAll(NodeLogs.check(temporary));
        System.out.println();
        System.out.print(new Figures(events));
        System.out.printf(
                "%d commits failed, %d processes ended by themselves%n",
                history.commitsFailed(),
                events.stream().filter(Event.Ended.class::isInstance).count());
        System.out.printf(
                "seed %d: %s%n",
                SEED,
                findings.isEmpty() && table.isEmpty()
                        ? "all promises were kept"
                        : "%d findings".formatted(findings.size()));
        findings.forEach(System.out::println);
        assertThat(table).isEmpty();
        assertThat(findings).isEmpty();
    }

    private static EnumSet<FaultKind> kinds() {
        return FAULTS.isEmpty()
                ? EnumSet.allOf(FaultKind.class)
                : Arrays.stream(FAULTS.split(","))
                        .map(FaultKind::valueOf)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(FaultKind.class)));
    }

    private static Map<String, String> settings(CephGateway bucket) {
        Map<String, String> settings = new HashMap<>(bucket.options());
        settings.put("oxbow.store", bucket.createBucket("oxbow-" + UUID.randomUUID()) + "/chaos");
        settings.put("oxbow.wal", "object");
        return settings;
    }
}
