package io.oxbow.node.cli.cluster;

import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.CommandFailure;
import io.oxbow.node.cli.Output;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oxbow node remove} */
@Command(
        name = "remove",
        mixinStandardHelpOptions = true,
        description =
                "Remove a node that is gone, for good: its id is not given again. Refused for a node"
                        + " that lives, has partitions, or has a log that was not recovered.")
final class NodeRemove implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "NODE", description = "The node's id.")
    int node;

    @Override
    public Integer call() throws Exception {
        try (var admin = client.admin()) {
            client.await(admin.unregisterBroker(node).all());
        } catch (CommandFailure e) {
            throw e.getCause() instanceof BrokerIdNotRegisteredException
                    ? CommandFailure.unknown("there is no node %d".formatted(node))
                    : e;
        }
        Output.of(client).fact("node %d removed".formatted(node), Map.of("node", node));
        return 0;
    }
}
