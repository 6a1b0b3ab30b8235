package io.oxbow.node.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.Output;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code oxbow node describe} */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description = {
            "Describe a node: who leads, and the state of each of its components.",
            "",
            "docs/status.md says what to do about each state.",
            ""
        })
final class NodeDescribe implements Callable<Integer> {

    private static final List<String> COLUMNS =
            List.of("component", "state", "since", "failures", "restarts", "reason");

    @Mixin ClientOptions client = new ClientOptions();

    @Override
    public Integer call() throws Exception {
        JsonNode node = client.node().node();
        var output = Output.of(client);
        if (client.json) {
            output.json(node);
            return 0;
        }
        JsonNode leadership = node.path("leadership");
        output.line("node         %s".formatted(node.path("nodeId").asText()));
        output.line("version      %s".formatted(node.path("version").asText()));
        output.line("bucket       %s".formatted(node.path("bucket").asText()));
        output.line("kafka        %s".formatted(node.path("kafka").asText()));
        output.line("ready        %s".formatted(yesOrNo(node.path("ready"))));
        output.line("live         %s".formatted(yesOrNo(node.path("live"))));
        if (node.path("walWaits").asBoolean()) {
            output.line(
                    "wal          on a disk of this machine: partitions wait for it if it dies");
        }
        output.line(
                "leader       %s, epoch %d, slot %d"
                        .formatted(
                                leader(leadership),
                                leadership.path("leaderEpoch").asInt(),
                                leadership.path("slot").asLong()));
        output.line("");
        List<List<Object>> rows = new ArrayList<>();
        node.path("components").forEach(component -> rows.add(row(component)));
        output.table(COLUMNS, rows);
        return 0;
    }

    private static String yesOrNo(JsonNode flag) {
        return flag.asBoolean() ? "yes" : "no";
    }

    private static String leader(JsonNode leadership) {
        int id = leadership.path("leaderNode").asInt();
        if (leadership.path("leads").asBoolean()) {
            return "this node";
        }
        return id < 0 ? "nobody" : "another process, of node " + id;
    }

    private static List<Object> row(JsonNode component) {
        return List.of(
                component.path("component").asText(),
                component.path("state").asText(),
                Instant.ofEpochMilli(component.path("sinceMillis").asLong())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString(),
                component.path("failures").asLong(),
                component.path("restarts").asLong(),
                component.path("reason").isNull() ? "" : component.path("reason").asText());
    }
}
