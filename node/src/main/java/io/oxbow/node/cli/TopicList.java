package io.oxbow.node.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code oxbow topic list} */
@Command(name = "list", mixinStandardHelpOptions = true, description = "List topics.")
final class TopicList implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Option(names = "--internal", description = "Internal topics too.")
    boolean internal;

    @Override
    public Integer call() throws Exception {
        try (var admin = client.admin()) {
            var names =
                    client.await(
                            admin.listTopics(new ListTopicsOptions().listInternal(internal))
                                    .names());
            var topics = new TreeMap<>(client.await(admin.describeTopics(names).allTopicNames()));
            List<List<Object>> rows = new ArrayList<>();
            topics.forEach((name, topic) ->
                    rows.add(List.of(name, topic.partitions().size(), topic.topicId().toString())));
            Output.of(client).table(List.of("topic", "partitions", "id"), rows);
        }
        return 0;
    }
}
