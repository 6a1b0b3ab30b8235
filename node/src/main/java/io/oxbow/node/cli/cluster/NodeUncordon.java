package io.oxbow.node.cli.cluster;

import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.CommandFailure;
import io.oxbow.node.cli.Output;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oxbow node uncordon} */
@Command(
        name = "uncordon",
        mixinStandardHelpOptions = true,
        description = "Let a node that was cordoned have partitions again.")
final class NodeUncordon implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "NODE", description = "The node's id.")
    int node;

    @Override
    public Integer call() throws Exception {
        if (client.node().post("/cluster/nodes/%d/uncordon".formatted(node)).isEmpty()) {
            throw CommandFailure.unknown("there is no node %d".formatted(node));
        }
        Output.of(client).fact("node %d uncordoned".formatted(node), Map.of("node", node));
        return 0;
    }
}
