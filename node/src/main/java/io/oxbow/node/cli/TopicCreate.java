package io.oxbow.node.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oxbow topic create} */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = "Create a topic.",
        footer = {
            "",
            "Example: a topic whose history becomes a table, kept for ever in both:",
            "  oxbow topic create events --partitions 4 \\",
            "      --config table.enable=true --config retention.ms=-1"
        })
final class TopicCreate implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "NAME", description = "The topic's name.")
    String name = "";

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Number of partitions (default: num.partitions of the node).")
    @Nullable Integer partitions;

    @Option(
            names = "--config",
            paramLabel = "KEY=VALUE",
            description = "A topic config: Kafka's own, or table.*; may be repeated.")
    Map<String, String> configs = new TreeMap<>();

    @Override
    public Integer call() throws Exception {
        try (var admin = client.admin()) {
            var topic = new NewTopic(name, Optional.ofNullable(partitions), Optional.empty());
            var created = admin.createTopics(List.of(topic.configs(configs)));
            client.await(created.all());
            int count = client.await(created.numPartitions(name));
            String id = client.await(created.topicId(name)).toString();
            Output out = Output.of(client);
            out.fact(
                    "topic %s created with %d partition%s"
                            .formatted(name, count, count == 1 ? "" : "s"),
                    Map.of("topic", name, "partitions", count, "id", id));
            out.inert(configs.keySet());
        }
        return 0;
    }
}
