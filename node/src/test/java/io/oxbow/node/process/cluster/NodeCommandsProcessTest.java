package io.oxbow.node.process.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.cli.ExitCodes;
import io.oxbow.node.process.Outcome;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the commands that show and change a cluster: {@code node}, {@code cluster} and {@code
 * balance}, on two nodes whose balancer is off.
 */
@Sampled
@Tag("slow")
class NodeCommandsProcessTest {

    private static final int PARTITIONS = 8;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir Path temporary = Path.of("");

    @Test
    void nodesAreShownCordonedDrainedAndRemoved() throws Exception {
        try (var one = start("one", "east")) {
            try (var two = start("two", "west");
                    var leaders = new Leaders(one.kafka(), "numbers")) {
                leaders.create(PARTITIONS);
                leaders.awaitAll(2);
                assertShown(one, two);
                assertShown(two, one);
                assertCordoned(one, two);
                assertDrained(one, two);
                assertPlanned(one);
                assertThat(run(one, "node", "remove", "2").err()).contains("node 2 lives");
                assertThat(two.terminate()).isZero();
            }
            assertRemoved(one);
            assertThat(one.terminate()).isZero();
        }
    }

    /** Node 1 leads; {@code asked} is either. */
    private static void assertShown(OxbowProcess asked, OxbowProcess other) throws Exception {
        assertThat(run(asked, "node", "list").succeeded().out())
                .containsPattern("(?m)^1 +serving +yes +1 .* east +object +4 ")
                .containsPattern("(?m)^2 +serving +no +2 .* west +object +4 ")
                .contains(asked.kafka(), other.kafka(), asked.http(), other.http());
        JsonNode nodes = json(asked, "node", "list");
        assertThat(nodes).hasSize(2);
        for (JsonNode node : nodes) {
            assertThat(node.path("state").asText()).isEqualTo("serving");
            assertThat(node.path("partitions").asInt()).isEqualTo(PARTITIONS / 2);
            assertThat(node.path("roles")).hasSize(3);
            assertThat(node.path("unuploadedBytes").isNumber()).isTrue();
            assertThat(node.path("lastContactMillis").asLong()).isLessThan(60_000);
        }
        assertThat(run(asked, "cluster", "describe").succeeded().out())
                .containsPattern("leader +node 1, epoch 1, slot [0-9]+")
                .contains("east", "west");
        JsonNode cluster = json(asked, "cluster", "describe");
        assertThat(cluster.path("leaderNode").asInt()).isEqualTo(1);
        assertThat(cluster.path("toldByLeader").asBoolean()).isTrue();
        assertThat(cluster.path("nodes")).hasSize(2);
        JsonNode described = json(asked, "node", "describe");
        assertThat(run(asked, "node", "describe").succeeded().out())
                .containsPattern("node +" + described.path("nodeId").asInt())
                .containsPattern("kafka +" + asked.kafka())
                .containsPattern("membership +running");
    }

    private static void assertCordoned(OxbowProcess one, OxbowProcess two) throws Exception {
        assertThat(run(one, "node", "cordon", "2").succeeded().out())
                .isEqualTo("node 2 cordoned\n");
        assertThat(json(two, "node", "list").get(1).path("state").asText()).isEqualTo("cordoned");
        run(one, "topic", "create", "elsewhere", "--partitions", "3").succeeded();
        assertThat(partitions(one)).containsExactly(PARTITIONS / 2 + 3, PARTITIONS / 2);
        assertThat(json(two, "node", "uncordon", "2").path("node").asInt()).isEqualTo(2);
        assertThat(json(one, "node", "list").get(1).path("state").asText()).isEqualTo("serving");
        for (String command : List.of("cordon", "uncordon", "drain", "remove")) {
            Outcome unknown = run(one, "node", command, "7");
            assertThat(unknown.exit()).as(command).isEqualTo(ExitCodes.UNKNOWN);
            assertThat(unknown.err()).contains("there is no node 7");
        }
    }

    private static void assertDrained(OxbowProcess one, OxbowProcess two) throws Exception {
        Outcome drained = run(two, "node", "drain", "2").succeeded();
        assertThat(drained.err())
                .contains("node 2: 0 of 4 partitions moved", "node 2: 4 of 4 partitions moved");
        assertThat(drained.out()).contains("node 2 drained: 4 partitions moved in ");
        assertThat(partitions(one)).containsExactly(PARTITIONS + 3, 0);
        JsonNode again = json(one, "node", "drain", "2");
        assertThat(again.path("moved").asInt()).isZero();
        assertThat(again.path("left").asInt()).isZero();
        assertThat(run(one, "node", "drain", "1").err())
                .contains("every node that could take the partitions of node 1 is cordoned");
        run(one, "node", "uncordon", "2").succeeded();
    }

    private static void assertPlanned(OxbowProcess one) throws Exception {
        JsonNode balance = json(one, "balance", "--plan");
        assertThat(balance.path("enabled").asBoolean()).isFalse();
        assertThat(balance.path("nodes")).hasSize(2);
        assertThat(balance.path("moves")).isNotEmpty();
        for (JsonNode move : balance.path("moves")) {
            assertThat(move.path("from").asInt()).isEqualTo(1);
            assertThat(move.path("to").asInt()).isEqualTo(2);
        }
        assertThat(run(one, "balance", "--plan").succeeded().out())
                .contains("off (oxbow.balance.enable)")
                .contains(balance.path("moves").get(0).path("why").asText());
        assertThat(partitions(one)).containsExactly(PARTITIONS + 3, 0);
    }

    private static void assertRemoved(OxbowProcess one) throws Exception {
        assertThat(json(one, "node", "list").get(1).path("state").asText()).isEqualTo("gone");
        assertThat(run(one, "node", "drain", "2").err()).contains("node 2 does not live");
        assertThat(run(one, "node", "remove", "2").succeeded().out()).contains("node 2 removed");
        assertThat(json(one, "node", "list")).hasSize(1);
        assertThat(run(one, "node", "remove", "2").exit()).isEqualTo(ExitCodes.UNKNOWN);
    }

    /** Numbers of partitions, in the order of nodes. */
    private static List<Integer> partitions(OxbowProcess asked) throws Exception {
        var counts = new ArrayList<Integer>();
        json(asked, "node", "list").forEach(node -> counts.add(node.path("partitions").asInt()));
        return counts;
    }

    private static JsonNode json(OxbowProcess asked, String... command) throws Exception {
        String[] whole = Arrays.copyOf(command, command.length + 1);
        whole[command.length] = "--json";
        return MAPPER.readTree(run(asked, whole).succeeded().out());
    }

    private static Outcome run(OxbowProcess asked, String... command) throws Exception {
        List<String> line = new ArrayList<>(OxbowProcess.commandLine(command));
        line.addAll(List.of("--http", asked.http(), "--bootstrap-server", asked.kafka()));
        return Outcome.of(line);
    }

    private OxbowProcess start(String directory, String zone) throws Exception {
        return OxbowProcess.start(
                temporary.resolve(directory),
                Map.of(
                        "oxbow.store",
                        temporary.resolve("bucket").toUri().toString(),
                        "oxbow.wal",
                        "object",
                        "oxbow.zone",
                        zone,
                        "oxbow.balance.enable",
                        "false"));
    }
}
