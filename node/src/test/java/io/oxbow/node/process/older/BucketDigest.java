package io.oxbow.node.process.older;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.process.OxbowProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * All that the clients of a fixture's node were promised.
 *
 * @param partitions by {@code topic-partition}: begin offset, end offset and SHA-256 of its records
 * @param offsets by {@code group topic-partition}: committed offset and metadata
 * @param configs by topic: the settings that are its own
 * @param schemas id and text of the registry's subject {@code readings-value}, by version
 */
record BucketDigest(
        SortedMap<String, String> partitions,
        SortedMap<String, String> offsets,
        SortedMap<String, SortedMap<String, String>> configs,
        List<String> schemas) {

    private static final List<String> GROUPS = List.of("readers-classic", "readers-consumer");

    /** Reads it from a running node. */
    static BucketDigest read(OxbowProcess node) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", node.kafka()))) {
            return new BucketDigest(
                    partitions(node, admin), offsets(admin), configs(admin), schemas(node));
        }
    }

    private static SortedMap<String, String> partitions(OxbowProcess node, Admin admin)
            throws Exception {
        List<TopicPartition> all = new ArrayList<>();
        admin.describeTopics(admin.listTopics().names().get())
                .allTopicNames()
                .get()
                .forEach((name, topic) ->
                        topic.partitions()
                                .forEach(p -> all.add(new TopicPartition(name, p.partition()))));
        SortedMap<String, String> digests = new TreeMap<>();
        Map<String, Object> config =
                Map.of("bootstrap.servers", node.kafka(), "enable.auto.commit", false);
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (TopicPartition partition : all) {
                digests.put(partition.toString(), digest(consumer, partition));
            }
        }
        return digests;
    }

    private static String digest(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition)
            throws Exception {
        var one = List.of(partition);
        consumer.assign(one);
        consumer.seekToBeginning(one);
        long begin = consumer.beginningOffsets(one).get(partition);
        long end = consumer.endOffsets(one).get(partition);
        var sha = MessageDigest.getInstance("SHA-256");
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> found : consumer.poll(Duration.ofMillis(200))) {
                sha.update(text(found).getBytes(StandardCharsets.UTF_8));
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "%s stays at %d of %d"
                                .formatted(partition, consumer.position(partition), end));
            }
        }
        return "%d..%d %s".formatted(begin, end, HexFormat.of().formatHex(sha.digest()));
    }

    private static String text(ConsumerRecord<byte[], byte[]> found) {
        var text = new StringBuilder();
        text.append(found.offset()).append(' ').append(found.timestamp()).append(' ');
        text.append(hex(found.key())).append(' ').append(hex(found.value()));
        found.headers()
                .forEach(h -> text.append(' ').append(h.key()).append('=').append(hex(h.value())));
        return text.append('\n').toString();
    }

    private static String hex(byte @Nullable [] bytes) {
        return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
    }

    private static SortedMap<String, String> offsets(Admin admin) throws Exception {
        SortedMap<String, String> offsets = new TreeMap<>();
        for (String group : GROUPS) {
            admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) ->
                            offsets.put(
                                    group + " " + partition,
                                    offset.offset() + " " + offset.metadata()));
        }
        return offsets;
    }

    private static SortedMap<String, SortedMap<String, String>> configs(Admin admin)
            throws Exception {
        List<ConfigResource> topics = new ArrayList<>();
        for (String name : admin.listTopics().names().get()) {
            topics.add(new ConfigResource(ConfigResource.Type.TOPIC, name));
        }
        SortedMap<String, SortedMap<String, String>> configs = new TreeMap<>();
        admin.describeConfigs(topics)
                .all()
                .get()
                .forEach((topic, config) -> {
                    SortedMap<String, String> own = new TreeMap<>();
                    config.entries().stream()
                            .filter(entry ->
                                    entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                            .forEach(entry -> own.put(entry.name(), entry.value()));
                    configs.put(topic.name(), own);
                });
        return configs;
    }

    private static List<String> schemas(OxbowProcess node) throws Exception {
        List<String> schemas = new ArrayList<>();
        for (int version = 1; version <= 2; version++) {
            String path = "/registry/subjects/readings-value/versions/" + version;
            var registered = new ObjectMapper().readTree(get(node, path));
            schemas.add(registered.get("id").asInt() + " " + registered.get("schema").asText());
        }
        return schemas;
    }

    private static String get(OxbowProcess node, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create("http://" + node.http() + path)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    /**
     * Runs {@code table verify} and returns the JSON that it prints; fails unless it exits with 0.
     */
    static String verify(OxbowProcess node, String topic) throws Exception {
        var outcome =
                OxbowProcess.run(
                        "table",
                        "verify",
                        topic,
                        "--bootstrap-server",
                        node.kafka(),
                        "--http",
                        node.http(),
                        "--json");
        if (outcome.exit() != 0 && !outcome.err().contains("no table yet")) {
            throw new AssertionError(outcome.out() + outcome.err());
        }
        return outcome.out();
    }
}
