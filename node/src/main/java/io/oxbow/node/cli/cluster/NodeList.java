package io.oxbow.node.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code oxbow node list} */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "List the cluster's nodes. State: starting, serving, cordoned (gets no partitions),"
                    + " recovering (dead, its log is being read), gone (dead and recovered).",
            "",
            "Wal 'file, waits': should the machine die, its partitions wait for it.",
            ""
        })
final class NodeList implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Override
    public Integer call() throws Exception {
        JsonNode cluster = client.node().cluster();
        var output = Output.of(client);
        if (client.json) {
            output.json(cluster.path("nodes"));
        } else {
            output.table(ClusterNodes.COLUMNS, ClusterNodes.rows(cluster));
        }
        return 0;
    }
}
