package io.oxbow.node.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
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
    public Integer call() {
        var topics = new ArrayList<>(client.topics());
        topics.sort(Comparator.comparing(MetadataResponseTopic::name));
        List<List<Object>> rows = new ArrayList<>();
        for (MetadataResponseTopic topic : topics) {
            if (internal || !topic.isInternal()) {
                rows.add(
                        List.of(
                                topic.name(),
                                topic.partitions().size(),
                                topic.topicId().toString()));
            }
        }
        Output.of(client).table(List.of("topic", "partitions", "id"), rows);
        return 0;
    }
}
