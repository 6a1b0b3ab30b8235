package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.cli.ExitCodes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the views that a person has of a topic's table: as a consumer group, in metrics, by the
 * command line.
 */
@Tag("slow")
class TableProcessTest {

    @TempDir Path temporary = Path.of("");

    @Test
    void progressIsSeenAndPausingHoldsItUp() throws Exception {
        try (var node = OxbowProcess.start(temporary.resolve("data"), Map.of())) {
            var topic = new JsonTopic("events", 2);
            topic.create(node);
            topic.produce(node, 0, 100);
            topic.awaitVerified(node, 100);
            awaitGroupAt(node, 50);
            assertThat(get(node, "/metrics")).contains("oxbow_table");

            table(node, "pause").succeeded();
            topic.produce(node, 100, 150);
            assertThat(table(node, "describe").succeeded().out()).contains("paused");
            assertThat(topic.count(node)).isEqualTo(100);

            table(node, "resume").succeeded();
            topic.awaitVerified(node, 150);
            assertThat(table(node, "list").succeeded().out())
                    .contains("events")
                    .contains("default.events");
        }
    }

    @Test
    void topicWithoutATableSaysHowToGetOne() throws Exception {
        try (var node = OxbowProcess.start(temporary.resolve("data"), Map.of())) {
            Outcome unknown = table(node, "verify");
            assertThat(unknown.exit()).isEqualTo(ExitCodes.UNKNOWN);
            assertThat(unknown.err()).contains("there is no topic events");
            Outcome created =
                    node.command(
                                    "topic",
                                    "create",
                                    "events",
                                    "--config=segment.ms=60000",
                                    "--bootstrap-server",
                                    node.kafka())
                            .succeeded();
            assertThat(created.err()).contains("segment.ms has no effect: ");

            Outcome outcome = table(node, "verify");
            assertThat(outcome.exit()).isEqualTo(ExitCodes.UNKNOWN);
            assertThat(outcome.err()).contains("table.enable=true");
        }
    }

    private static Outcome table(OxbowProcess node, String verb) throws Exception {
        return verb.equals("list")
                ? node.command("table", "list", "--http", node.http())
                : node.command(
                        "table",
                        verb,
                        "events",
                        "--bootstrap-server",
                        node.kafka(),
                        "--http",
                        node.http());
    }

    private static void awaitGroupAt(OxbowProcess node, long offset) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        try (var admin = Admin.create(Map.of("bootstrap.servers", node.kafka()))) {
            while (true) {
                var offsets =
                        admin.listConsumerGroupOffsets("oxbow-table-events")
                                .partitionsToOffsetAndMetadata()
                                .get();
                var committed = offsets.get(new TopicPartition("events", 0));
                if (committed != null && committed.offset() == offset) {
                    return;
                }
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the group oxbow-table-events is at " + offsets);
                }
                Thread.sleep(200);
            }
        }
    }

    private static String get(OxbowProcess node, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create("http://" + node.http() + path)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
