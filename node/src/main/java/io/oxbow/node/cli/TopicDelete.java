package io.oxbow.node.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oxbow topic delete} */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = "Delete a topic. Its table, if it has one, stays.")
final class TopicDelete implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "NAME", description = "The topic's name.")
    String name = "";

    @Override
    public Integer call() throws Exception {
        try (var admin = client.admin()) {
            client.await(admin.deleteTopics(List.of(name)).all(), name);
        }
        Output.of(client).fact("topic %s deleted".formatted(name), Map.of("topic", name));
        return 0;
    }
}
