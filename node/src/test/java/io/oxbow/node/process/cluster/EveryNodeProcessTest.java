package io.oxbow.node.process.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.JsonTopic;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Sampled;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests three processes that share a bucket, behind a load balancer. Registry and catalog answer on
 * each of them, and tables go on, whichever of them vanishes.
 */
@Sampled
@Tag("slow")
class EveryNodeProcessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir Path temporary = Path.of("");

    private final List<OxbowProcess> nodes = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        for (String name : List.of("one", "two", "three")) {
            nodes.add(
                    OxbowProcess.start(
                            temporary.resolve(name),
                            Map.of(
                                    "oxbow.store",
                                    temporary.resolve("bucket").toUri().toString(),
                                    "oxbow.wal",
                                    "object",
                                    "num.partitions",
                                    "3")));
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (OxbowProcess node : nodes) {
            node.close();
        }
    }

    @Test
    void readsShowWhatWasWrittenWhileLeadersDie() throws Exception {
        try (var proxy = proxy();
                var client = ReadsAfterWrites.thatChange(proxy.address())) {
            client.awaitMore(100);
            leaderOfRegistry().kill();
            client.awaitMore(100);
            leaderOfRegistry().kill();
            client.awaitMore(100);
            client.finish();
        }
    }

    /** A leader that stood still believes that it leads when it goes on. */
    @Test
    void readsShowWhatWasWrittenAfterALeaderStoodStill() throws Exception {
        try (var proxy = proxy();
                var client = ReadsAfterWrites.thatAdd(proxy.address())) {
            client.awaitMore(100);
            OxbowProcess leader = leaderOfRegistry();
            leader.suspend();
            // Each third request waits for the one that stands still, until it is given up.
            client.awaitMore(20);
            leader.resume();
            client.awaitMore(100);
            assertThat(leader.awaitExit(PATIENCE)).isNotZero();
            client.awaitMore(100);
            client.finish();
        }
    }

    @Test
    void tableGoesOnAfterItsWorkersDeath() throws Exception {
        var topic = new JsonTopic("events", 3);
        topic.create(nodes.getFirst());
        topic.produce(nodes.getFirst(), 0, 300);
        topic.awaitVerified(nodes.getLast(), 300);
        OxbowProcess worker = worker();
        worker.kill();
        OxbowProcess survivor = alive().getFirst();
        topic.produce(survivor, 300, 600);

        topic.awaitVerified(survivor, 600);
        assertThat(topic.count(alive().getLast())).isEqualTo(600);
        assertThat(worker()).isNotEqualTo(worker);
    }

    private RoundRobinProxy proxy() throws Exception {
        return new RoundRobinProxy(nodes.stream().map(OxbowProcess::http).toList());
    }

    private List<OxbowProcess> alive() {
        return nodes.stream().filter(OxbowProcess::isAlive).toList();
    }

    private OxbowProcess leaderOfRegistry() throws Exception {
        String servers = String.join(",", alive().stream().map(OxbowProcess::kafka).toList());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            while (true) {
                var leader =
                        admin.describeTopics(List.of("_schemas"))
                                .allTopicNames()
                                .get()
                                .get("_schemas")
                                .partitions()
                                .getFirst()
                                .leader();
                for (OxbowProcess node : alive()) {
                    if (leader != null
                            && node.kafka().equals(leader.host() + ":" + leader.port())) {
                        return node;
                    }
                }
                assertThat(System.nanoTime()).as("nobody leads").isLessThan(deadline);
                Thread.sleep(200);
            }
        }
    }

    /** Returns the node that translates; the others stand by. */
    private OxbowProcess worker() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            for (OxbowProcess node : alive()) {
                if (get(node, "/tables").contains("\"state\":\"running\"")) {
                    return node;
                }
            }
            assertThat(System.nanoTime()).as("nobody translates").isLessThan(deadline);
            Thread.sleep(200);
        }
    }

    private static String get(OxbowProcess node, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://" + node.http() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
