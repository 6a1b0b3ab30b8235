package io.oxbow.node.process.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.process.NumberedLoad;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Sampled;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests a second process on a bucket whose only node stands still, each with a data directory of
 * its own. The second leads when the silence lasts, and follows otherwise.
 */
@Sampled
@Tag("slow")
class TakeoverProcessTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir Path temporary = Path.of("");

    @Test
    void leaderThatStandsStillForAMomentGoesOnLeading() throws Exception {
        try (var leader = OxbowProcess.start(temporary.resolve("one"), node(1));
                var load = new NumberedLoad(leader.kafka(), "numbers", 2, 200)) {
            load.awaitMore(500);
            UUID incarnation = incarnation(leader);
            leader.suspend();
            var starting = startLater("two", node(2));
            bucket().awaitQuestion();
            Thread.sleep(7_000);
            assertThat(starting).as("it waits for the leader's answer").isNotDone();
            leader.resume();
            try (var newcomer = starting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                assertThat(newcomer.log()).contains("joining: node 1 leads");
                load.awaitMore(500);
                load.finish();
                load.verify(leader.kafka());
                load.verify(newcomer.kafka());
                bucket().assertLogWrittenBy(incarnation);
                assertThat(bucket().questions()).isEmpty();
                assertReady(leader);
                assertReady(newcomer);
                assertThat(newcomer.terminate()).isZero();
            }
            assertThat(leader.terminate()).isZero();
        }
    }

    /** With the log in the bucket, the newcomer has all that was acked. */
    @Test
    void leaderThatStandsStillForLongIsSucceededAndNeverAcksAgain() throws Exception {
        Map<String, String> settings = node(1);
        settings.put("oxbow.wal", "object");
        try (var leader = OxbowProcess.start(temporary.resolve("one"), settings);
                var load = new NumberedLoad(leader.kafka(), "numbers", 2, 200)) {
            load.awaitMore(500);
            leader.suspend();
            try (var newcomer = OxbowProcess.start(temporary.resolve("two"), settings);
                    var late = new NumberedLoad(leader.kafka(), "numbers", 2, 200)) {
                assertReady(newcomer);
                leader.resume();
                assertEndsWithAReason(leader);
                // Its metadata may have sent this producer to the newcomer, whose acks are true.
                late.stopSending();
                late.verifyAcked(newcomer.kafka());
                load.stopSending();
                load.verifyAcked(newcomer.kafka());
                assertReady(newcomer);
                assertThat(newcomer.terminate()).isZero();
            }
        }
    }

    /** Its log is on a disk of its own, so that it has longer before its epoch is fenced. */
    @Test
    void leaderThatWasSucceededGoesOnAsAFollower() throws Exception {
        try (var leader = OxbowProcess.start(temporary.resolve("one"), node(1));
                var load = new NumberedLoad(leader.kafka(), "numbers", 2, 200)) {
            load.awaitMore(500);
            leader.suspend();
            try (var newcomer = OxbowProcess.start(temporary.resolve("two"), node(2))) {
                leader.resume();
                load.awaitMore(500);
                load.finish();
                load.verify(leader.kafka());
                load.verify(newcomer.kafka());
                assertThat(get(newcomer, "/health/leader").statusCode()).isEqualTo(200);
                assertThat(get(leader, "/health/leader").statusCode()).isEqualTo(503);
                assertReady(leader);
                assertReady(newcomer);
                assertThat(newcomer.terminate()).isZero();
            }
            assertReady(leader);
            assertThat(leader.terminate()).isZero();
        }
    }

    private CompletableFuture<OxbowProcess> startLater(String data, Map<String, String> settings) {
        var started = new CompletableFuture<OxbowProcess>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        started.complete(OxbowProcess.start(temporary.resolve(data), settings));
                    } catch (Throwable e) {
                        started.completeExceptionally(e);
                    }
                });
        return started;
    }

    private static void assertEndsWithAReason(OxbowProcess leader) throws Exception {
        assertThat(leader.awaitExit(PATIENCE)).isNotZero();
        assertThat(leader.log()).contains("this node ends because of");
    }

    /** Checks that the node says it is ready, and that a produce and a topic change succeed. */
    private static void assertReady(OxbowProcess node) throws Exception {
        assertThat(get(node, "/health/ready").statusCode()).isEqualTo(200);
        String topic = "made-" + UUID.randomUUID();
        OxbowProcess.run("topic", "create", topic, "--bootstrap-server", node.kafka()).succeeded();
        try (var load = new NumberedLoad(node.kafka(), topic, 1, 100)) {
            load.awaitMore(10);
            load.finish();
        }
    }

    private static UUID incarnation(OxbowProcess node) throws Exception {
        JsonNode answer = MAPPER.readTree(get(node, "/health/leader").body());
        return UUID.fromString(answer.path("incarnation").asText());
    }

    private static HttpResponse<String> get(OxbowProcess node, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + node.http() + path));
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private BucketDirectory bucket() {
        return new BucketDirectory(temporary.resolve("bucket"));
    }

    private Map<String, String> node(int id) {
        Map<String, String> settings = new HashMap<>();
        settings.put("oxbow.store", bucket().location());
        settings.put("node.id", String.valueOf(id));
        settings.put("num.partitions", "2");
        settings.put("oxbow.upload.interval.ms", "300");
        return settings;
    }
}
