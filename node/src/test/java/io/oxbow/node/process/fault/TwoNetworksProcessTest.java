package io.oxbow.node.process.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.process.NumberedLoad;
import io.oxbow.node.process.Outcome;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests two processes in networks of their own, which share nothing but the bucket. A newcomer asks
 * the leader there, is refused while a leader lives that it cannot call, and succeeds a leader that
 * does not live.
 */
@Sampled
@Tag("slow")
class TwoNetworksProcessTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final String LOOPBACK = "127.0.0.1:8181";

    @TempDir Path temporary = Path.of("");

    /** Each newcomer may look like the leader, or not: by its number, and by its address. */
    @Test
    void newcomerIsRefusedByALeaderThatItCannotCallWhateverItsAddresses() throws Exception {
        try (var here = NetworkNamespace.create();
                var there = NetworkNamespace.create();
                var leader = start(here, "leader", 1, LOOPBACK);
                var load = new NumberedLoad(leader.kafka(), "numbers", 2, 200)) {
            load.awaitMore(500);
            UUID incarnation = UUID.fromString(leadership(here, LOOPBACK, "incarnation").asText());
            assertRefused(attempt(there, "busy", 2, LOOPBACK), leader);
            load.awaitMore(500);
            load.finish();
            assertRefused(attempt(there, "same", 1, LOOPBACK), leader);
            assertRefused(attempt(there, "other", 2, there.address() + ":8181"), leader);
            // A question is gone as soon as it is answered, and an idle leader answers most.
            assertThat(leader.log()).contains("told that this process leads it");
            bucket().assertLogWrittenBy(incarnation);
            load.verify(leader.kafka());
            assertServes(here, leader);
            assertThat(leader.terminate()).isZero();
        }
    }

    @Test
    void newcomerSucceedsALeaderThatStandsStill() throws Exception {
        try (var here = NetworkNamespace.create();
                var there = NetworkNamespace.create();
                var leader = start(here, "leader", 1, LOOPBACK);
                var load = new NumberedLoad(leader.kafka(), "numbers", 2, 200)) {
            load.awaitMore(500);
            leader.suspend();
            try (var newcomer = succeed(there)) {
                leader.resume();
                assertThat(leader.awaitExit(PATIENCE)).isNotZero();
                assertThat(leader.log()).contains("this node ends because of");
                load.stopSending();
                load.verifyAcked(newcomer.kafka());
                assertServes(there, newcomer);
                assertThat(newcomer.terminate()).isZero();
            }
        }
    }

    @Test
    void newcomerSucceedsALeaderThatWasKilled() throws Exception {
        try (var here = NetworkNamespace.create();
                var there = NetworkNamespace.create();
                var leader = start(here, "leader", 1, LOOPBACK);
                var load = new NumberedLoad(leader.kafka(), "numbers", 2, 200)) {
            load.awaitMore(500);
            leader.kill();
            try (var newcomer = succeed(there)) {
                load.stopSending();
                load.verifyAcked(newcomer.kafka());
                assertServes(there, newcomer);
                assertThat(newcomer.terminate()).isZero();
            }
        }
    }

    /** Starts a newcomer with the dead leader's number and address. */
    private OxbowProcess succeed(NetworkNamespace network) throws Exception {
        long began = System.nanoTime();
        OxbowProcess newcomer = start(network, "newcomer", 1, LOOPBACK);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(SILENCE);
        assertThat(leadership(network, LOOPBACK, "leads").asBoolean()).isTrue();
        assertThat(bucket().questions()).isEmpty();
        return newcomer;
    }

    private OxbowProcess start(NetworkNamespace network, String data, int id, String http)
            throws Exception {
        Path directory = temporary.resolve(data);
        Map<String, String> settings = node(id, network, http);
        return OxbowProcess.launch(
                network.commandLine(OxbowProcess.startCommand(directory, settings)),
                directory,
                settings,
                Map.of());
    }

    private CompletableFuture<Outcome> attempt(
            NetworkNamespace network, String data, int id, String http) throws Exception {
        Path directory = Files.createDirectories(temporary.resolve(data));
        List<String> command =
                network.commandLine(OxbowProcess.startCommand(directory, node(id, network, http)));
        return CompletableFuture.supplyAsync(() -> outcome(command));
    }

    private static Outcome outcome(List<String> command) {
        try {
            return Outcome.of(command);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void assertRefused(CompletableFuture<Outcome> attempt, OxbowProcess leader)
            throws Exception {
        Outcome refused = attempt.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err())
                .contains("which only its own machine can: set oxbow.rpc.listener");
        assertThat(refused.out()).isEmpty();
        assertThat(bucket().questions()).isEmpty();
        assertThat(leader.isAlive()).isTrue();
    }

    /** Checks that a produce and a topic change succeed. */
    private static void assertServes(NetworkNamespace network, OxbowProcess node) throws Exception {
        String topic = "made-" + UUID.randomUUID();
        network.run("topic", "create", topic, "--bootstrap-server", node.kafka()).succeeded();
        try (var load = new NumberedLoad(node.kafka(), topic, 1, 100)) {
            load.awaitMore(10);
            load.finish();
        }
    }

    private static JsonNode leadership(NetworkNamespace network, String http, String field)
            throws Exception {
        Outcome said = network.run("node", "describe", "--json", "--http", http).succeeded();
        return MAPPER.readTree(said.out()).path("leadership").path(field);
    }

    private BucketDirectory bucket() {
        return new BucketDirectory(temporary.resolve("bucket"));
    }

    /** The log is in the bucket, so that a newcomer has all that was acked. */
    private Map<String, String> node(int id, NetworkNamespace network, String http) {
        Map<String, String> settings = new HashMap<>();
        settings.put("oxbow.store", bucket().location());
        settings.put("oxbow.wal", "object");
        settings.put("node.id", String.valueOf(id));
        settings.put("num.partitions", "2");
        settings.put("oxbow.upload.interval.ms", "300");
        settings.put("listeners", "PLAINTEXT://%s:9092".formatted(network.address()));
        settings.put("oxbow.http.listener", http);
        settings.put(
                "oxbow.insecure.listeners", "PLAINTEXT" + (http.startsWith("127.") ? "" : ",http"));
        return settings;
    }
}
