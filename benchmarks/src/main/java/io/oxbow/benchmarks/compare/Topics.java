package io.oxbow.benchmarks.compare;

import io.oxbow.benchmarks.server.Server;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Makes topics and waits until each partition's leader answers. */
final class Topics {

    private static final long PATIENCE_SECONDS = 300;

    private Topics() {}

    static void create(Server server, Contender contender, List<String> names, int partitions)
            throws IOException, InterruptedException {
        List<NewTopic> topics =
                names.stream()
                        .map(name ->
                                new NewTopic(name, partitions, contender.replicas())
                                        .configs(contender.topicConfigs()))
                        .toList();
        try (Admin admin = server.admin()) {
            admin.createTopics(topics).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            for (String name : names) {
                for (int partition = 0; partition < partitions; partition++) {
                    ends.put(new TopicPartition(name, partition), OffsetSpec.latest());
                }
            }
            admin.listOffsets(ends).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "%d topics of %d partitions were not there within %d s"
                            .formatted(names.size(), partitions, PATIENCE_SECONDS),
                    e);
        }
    }
}
