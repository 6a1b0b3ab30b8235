package io.oxbow.node.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code oxbow cluster describe} */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description = "Describe the cluster: who leads, and its nodes, as the leader knows them.")
final class ClusterDescribe implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Override
    public Integer call() throws Exception {
        JsonNode cluster = client.node().cluster();
        var output = Output.of(client);
        if (client.json) {
            output.json(cluster);
            return 0;
        }
        int leader = cluster.path("leaderNode").asInt();
        output.line("cluster      %s".formatted(cluster.path("clusterId").asText()));
        output.line(
                "leader       %s, epoch %d, slot %d"
                        .formatted(
                                leader < 0 ? "nobody" : "node " + leader,
                                cluster.path("leaderEpoch").asInt(),
                                cluster.path("slot").asLong()));
        if (!cluster.path("toldByLeader").asBoolean()) {
            output.line(
                    "             the leader does not answer; traffic and contacts are unknown");
        }
        output.line("");
        output.table(ClusterNodes.COLUMNS, ClusterNodes.rows(cluster));
        return 0;
    }
}
