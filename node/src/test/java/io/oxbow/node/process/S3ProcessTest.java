package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.testkit.CephGateway;
import io.oxbow.s3stream.testkit.Sampled;
import io.oxbow.s3stream.testkit.SharedServers;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A node whose bucket is on a real S3 server. */
@Sampled
@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
class S3ProcessTest {

    private final CephGateway server;

    @TempDir Path temporary = Path.of("");

    S3ProcessTest(CephGateway server) {
        this.server = server;
    }

    @Test
    void producedKilledRestartedQueried() throws Exception {
        Map<String, String> settings = onNewBucket();
        Path data = temporary.resolve("data");
        var topic = new JsonTopic("events", 2);
        try (var node = OxbowProcess.start(data, settings)) {
            topic.create(node);
            topic.produce(node, 0, 1000);
            node.kill();
        }
        try (var node = OxbowProcess.start(data, settings)) {
            topic.produce(node, 1000, 1200);
            topic.awaitVerified(node, 1200);
            assertThat(topic.count(node)).isEqualTo(1200);
        }
    }

    @Test
    void anotherMachineGoesOnAfterACleanStop() throws Exception {
        Map<String, String> settings = onNewBucket();
        var topic = new JsonTopic("events", 2);
        try (var node = OxbowProcess.start(temporary.resolve("one"), settings)) {
            topic.create(node);
            topic.produce(node, 0, 500);
            assertThat(node.terminate()).isZero();
        }
        try (var node = OxbowProcess.start(temporary.resolve("two"), settings)) {
            topic.produce(node, 500, 600);
            topic.awaitVerified(node, 600);
        }
    }

    @Test
    void secondProcessJoinsAndSaysThatItsPartitionsWaitForIt() throws Exception {
        Map<String, String> settings = onNewBucket();
        var topic = new JsonTopic("events", 2);
        try (var one = OxbowProcess.start(temporary.resolve("one"), settings)) {
            topic.create(one);
            assertThat(one.log()).doesNotContain("partitions wait");
            try (var two = OxbowProcess.start(temporary.resolve("two"), settings)) {
                assertThat(two.log()).contains("should this node die, its partitions wait");
                assertThat(two.command("node", "describe", "--http", two.http()).out())
                        .contains("partitions wait for it if it dies");
                assertThat(metric(two)).isEqualTo(1);
                assertThat(metric(one)).isEqualTo(1);
                topic.produce(two, 0, 500);
                topic.awaitVerified(one, 500);
                assertThat(two.terminate()).isZero();
            }
            topic.produce(one, 500, 600);
            assertThat(metric(one)).isZero();
        }
    }

    private static double metric(OxbowProcess node) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + node.http() + "/metrics"));
            return PrometheusText.read(
                            client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                                    .body())
                    .stream()
                    .filter(sample -> sample.name().equals("oxbow_wal_waits"))
                    .mapToDouble(PrometheusText.Sample::value)
                    .sum();
        }
    }

    @Test
    void losingAWalTakesAnOperatorsWord() throws Exception {
        Map<String, String> settings = onNewBucket();
        try (var node = OxbowProcess.start(temporary.resolve("one"), settings)) {
            new JsonTopic("events", 1).create(node);
            node.kill();
        }
        settings.put("node.id", "1");
        Outcome refused = startElsewhere(settings);
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("oxbow.wal.abandon");
        var id = Pattern.compile("oxbow\\.wal\\.abandon=([0-9a-f-]{36})").matcher(refused.err());
        assertThat(id.find()).isTrue();
        settings.put("oxbow.wal.abandon", id.group(1));
        try (var node = OxbowProcess.start(temporary.resolve("two"), settings)) {
            new JsonTopic("events", 1).produce(node, 0, 10);
        }
    }

    private Outcome startElsewhere(Map<String, String> settings) throws Exception {
        var command =
                OxbowProcess.commandLine("start", "--data", temporary.resolve("two").toString());
        Map<String, String> all = new HashMap<>(settings);
        all.put("listeners", "PLAINTEXT://127.0.0.1:0");
        all.put("oxbow.http.listener", "127.0.0.1:0");
        all.forEach((key, value) -> {
            command.add("--set");
            command.add(key + "=" + value);
        });
        return Outcome.of(command);
    }

    private Map<String, String> onNewBucket() {
        Map<String, String> settings = new HashMap<>(server.options());
        settings.put("oxbow.store", server.createBucket("oxbow-" + UUID.randomUUID()) + "/cluster");
        return settings;
    }
}
