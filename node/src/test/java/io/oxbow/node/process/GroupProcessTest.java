package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.cli.ExitCodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@code group list} and {@code group describe}, beside a group that reads. */
@Tag("slow")
class GroupProcessTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir Path temporary = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void lagAndMembersOfEachPartition(String protocol) throws Exception {
        try (var node = OxbowProcess.start(temporary.resolve("data"), Map.of())) {
            var topic = new JsonTopic("events", 2);
            topic.create(node);
            topic.produce(node, 0, 20);
            Map<String, Object> config =
                    Map.of(
                            "bootstrap.servers", node.kafka(),
                            "group.id", "readers",
                            "client.id", "reader-1",
                            "group.protocol", protocol,
                            "auto.offset.reset", "earliest");
            try (var consumer =
                    new KafkaConsumer<>(
                            config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.subscribe(List.of("events"));
                int consumed = 0;
                while (consumed < 20) {
                    consumed += consumer.poll(Duration.ofMillis(200)).count();
                }
                consumer.commitSync();
                topic.produce(node, 20, 26);

                JsonNode group = json(node, "describe", "readers");
                assertThat(group.path("state").asText()).isEqualTo("stable");
                assertThat(group.path("type").asText()).isEqualTo(protocol);
                assertThat(group.path("members")).hasSize(1);
                assertThat(group.path("members").get(0).path("client").asText())
                        .isEqualTo("reader-1");
                String member = group.path("members").get(0).path("member").asText();
                assertThat(group.path("partitions")).hasSize(2);
                for (JsonNode partition : group.path("partitions")) {
                    assertThat(partition.path("committed").asLong()).isEqualTo(10);
                    assertThat(partition.path("end").asLong()).isEqualTo(13);
                    assertThat(partition.path("lag").asLong()).isEqualTo(3);
                    assertThat(partition.path("member").asText()).isEqualTo(member);
                }
            }
            JsonNode left = json(node, "describe", "readers");
            assertThat(left.path("state").asText()).isEqualTo("empty");
            assertThat(left.path("partitions").get(0).path("member").isNull()).isTrue();
            assertThat(group(node, "describe", "readers").succeeded().out())
                    .contains("lag 6")
                    .contains("events");
            assertThat(json(node, "list").findValuesAsText("group")).contains("readers");

            Outcome unknown = group(node, "describe", "nobody");
            assertThat(unknown.exit()).isEqualTo(ExitCodes.UNKNOWN);
            assertThat(unknown.err()).contains("there is no group nobody");
        }
    }

    private static JsonNode json(OxbowProcess node, String... arguments) throws Exception {
        List<String> all = new java.util.ArrayList<>(List.of(arguments));
        all.add("--json");
        return MAPPER.readTree(group(node, all.toArray(String[]::new)).succeeded().out());
    }

    private static Outcome group(OxbowProcess node, String... arguments) throws Exception {
        List<String> all = new java.util.ArrayList<>(List.of(arguments));
        all.add("--bootstrap-server");
        all.add(node.kafka());
        return node.command("group", all.toArray(String[]::new));
    }
}
