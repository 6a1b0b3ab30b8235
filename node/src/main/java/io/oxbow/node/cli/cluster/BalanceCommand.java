package io.oxbow.node.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code oxbow balance} */
@Command(
        name = "balance",
        mixinStandardHelpOptions = true,
        description = {
            "Show the nodes' loads, and which partitions would move next and why.",
            "",
            "Load: the greatest of a node's bytes in, bytes out, requests and partitions, in means"
                    + " of the nodes. Moves begin above 1.25 or below 0.75.",
            ""
        })
public final class BalanceCommand implements Callable<Integer> {

    private static final List<String> NODES =
            List.of("node", "zone", "load", "by", "partitions", "in/s", "out/s", "requests/s");

    private static final List<String> MOVES = List.of("topic", "partition", "from", "to", "why");

    @Mixin ClientOptions client = new ClientOptions();

    @Option(
            names = "--plan",
            required = true,
            description = "Show the plan; nothing is changed by this.")
    boolean plan;

    @Override
    public Integer call() throws Exception {
        JsonNode balance = client.node().balance();
        var output = Output.of(client);
        if (client.json) {
            output.json(balance);
            return 0;
        }
        if (!balance.path("toldByLeader").asBoolean()) {
            output.line("the leader does not answer: nobody else has a plan");
            return 0;
        }
        output.line(
                balance.path("enabled").asBoolean()
                        ? "balancing   every %.1f s"
                                .formatted(balance.path("intervalMillis").asLong() / 1000.0)
                        : "balancing   off (oxbow.balance.enable): the plan is not carried out");
        output.line("moving      %d partitions".formatted(balance.path("moving").asLong()));
        balance.path("unheard")
                .forEach(node ->
                        output.line(
                                "node %d has not told its traffic yet: it gives and gets nothing"
                                        .formatted(node.asInt())));
        output.line("");
        output.table(NODES, rows(balance.path("nodes"), BalanceCommand::node));
        output.line("");
        if (balance.path("moves").isEmpty()) {
            output.line(
                    balance.path("unheard").isEmpty()
                            ? "no moves: the nodes are balanced as far as moves can do that"
                            : "no moves, as far as the nodes were heard");
        } else {
            output.table(MOVES, rows(balance.path("moves"), BalanceCommand::move));
        }
        return 0;
    }

    private interface Row {
        List<Object> of(JsonNode node);
    }

    private static List<List<Object>> rows(JsonNode nodes, Row row) {
        List<List<Object>> rows = new ArrayList<>();
        nodes.forEach(node -> rows.add(row.of(node)));
        return rows;
    }

    private static List<Object> node(JsonNode node) {
        String zone = node.path("zone").asText();
        return List.of(
                node.path("node").asInt(),
                zone.isEmpty() ? "-" : zone,
                "%.2f".formatted(node.path("load").asDouble()),
                node.path("measure").asText(),
                node.path("partitions").asInt(),
                ClusterNodes.bytes(node.path("inBytesPerSecond")),
                ClusterNodes.bytes(node.path("outBytesPerSecond")),
                node.path("requestsPerSecond").asLong());
    }

    private static List<Object> move(JsonNode move) {
        return List.of(
                move.path("topic").asText(),
                move.path("partition").asInt(),
                move.path("from").asInt(),
                move.path("to").asInt(),
                move.path("why").asText());
    }
}
