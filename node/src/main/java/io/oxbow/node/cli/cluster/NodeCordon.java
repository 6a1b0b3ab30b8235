package io.oxbow.node.cli.cluster;

import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.CommandFailure;
import io.oxbow.node.cli.Output;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oxbow node cordon} */
@Command(
        name = "cordon",
        mixinStandardHelpOptions = true,
        description = "Give a node no partitions from now on; it keeps those that it leads.")
final class NodeCordon implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "NODE", description = "The node's id.")
    int node;

    @Override
    public Integer call() throws Exception {
        if (client.node().post("/cluster/nodes/%d/cordon".formatted(node)).isEmpty()) {
            throw CommandFailure.unknown("there is no node %d".formatted(node));
        }
        Output.of(client).fact("node %d cordoned".formatted(node), Map.of("node", node));
        return 0;
    }
}
