package io.oxbow.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oxbow topic describe} */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description =
                "Describe a topic: partitions, offsets, configs that differ from the default.")
final class TopicDescribe implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "NAME", description = "The topic's name.")
    String name = "";

    @Override
    public Integer call() throws Exception {
        try (var admin = client.admin()) {
            var topic =
                    client.await(admin.describeTopics(List.of(name)).allTopicNames(), name)
                            .get(name);
            if (topic == null) {
                throw CommandFailure.unknownTopic(name);
            }
            Map<String, String> configs = configs(admin);
            List<List<Object>> partitions = partitions(admin, topic);
            List<JsonNode> damage = damage();
            var output = Output.of(client);
            if (client.json) {
                Map<String, Object> all = new LinkedHashMap<>();
                all.put("topic", name);
                all.put("id", topic.topicId().toString());
                all.put("configs", configs);
                all.put("partitions", partitions.stream().map(TopicDescribe::asMap).toList());
                all.put("damage", damage);
                output.json(all);
                return 0;
            }
            output.line("topic %s, id %s".formatted(name, topic.topicId()));
            configs.forEach((key, value) -> output.line("  %s=%s".formatted(key, value)));
            output.table(List.of("partition", "leader", "start", "end"), partitions);
            if (damage == null) {
                output.line(
                        "damage: not known, no answer from http://%s (--http)"
                                .formatted(client.http));
            } else if (!damage.isEmpty()) {
                output.line("damaged, each range as a reader or the start found it:");
                output.table(
                        List.of("partition", "from", "to", "object", "reason"),
                        damage.stream().map(TopicDescribe::damageRow).toList());
            }
        }
        return 0;
    }

    /** Returns the ranges that the node found unreadable; null when it doesn't say. */
    private @Nullable List<JsonNode> damage() throws InterruptedException {
        try {
            return client.node().damageOf(name);
        } catch (CommandFailure e) {
            return null;
        }
    }

    private static List<Object> damageRow(JsonNode range) {
        return List.of(
                range.path("partition").asInt(),
                range.path("fromOffset").asLong(),
                range.path("toOffset").asLong(),
                range.path("object").asText(),
                range.path("reason").asText());
    }

    private Map<String, String> configs(Admin admin) throws InterruptedException {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        Map<String, String> set = new LinkedHashMap<>();
        for (ConfigEntry entry :
                client.await(
                                Objects.requireNonNull(
                                        admin.describeConfigs(List.of(resource))
                                                .values()
                                                .get(resource)))
                        .entries()) {
            if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                set.put(entry.name(), entry.value());
            }
        }
        return set;
    }

    private List<List<Object>> partitions(Admin admin, TopicDescription topic)
            throws InterruptedException {
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (var partition : topic.partitions()) {
            earliest.put(new TopicPartition(name, partition.partition()), OffsetSpec.earliest());
            latest.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest());
        }
        var starts = admin.listOffsets(earliest);
        var ends = admin.listOffsets(latest);
        List<List<Object>> rows = new ArrayList<>();
        for (var partition : topic.partitions()) {
            var key = new TopicPartition(name, partition.partition());
            rows.add(
                    List.of(
                            partition.partition(),
                            partition.leader() == null ? "none" : partition.leader().id(),
                            client.await(starts.partitionResult(key)).offset(),
                            client.await(ends.partitionResult(key)).offset()));
        }
        return rows;
    }

    private static Map<String, Object> asMap(List<Object> row) {
        return Map.of(
                "partition",
                row.get(0),
                "leader",
                row.get(1),
                "start",
                row.get(2),
                "end",
                row.get(3));
    }
}
