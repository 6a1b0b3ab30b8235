package io.oxbow.node.roots;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Use of a node in rounds, each of which asks for everything that a node serves. It remembers what
 * was acked, and each round reads it all.
 */
final class NodeUse {

    /** Budget that an HTTP request holds, as the question for the budget does. */
    static final long HTTP_REQUEST_BYTES = 128 << 10;

    private static final String TOPIC = "numbers";
    private static final int RECORDS = 20;
    private static final int TIMEOUT_MILLIS = 8_000;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String kafka;
    private final String http;
    private final TreeSet<Long> acked = new TreeSet<>();
    private long next;

    NodeUse(String kafka, String http) {
        this.kafka = kafka;
        this.http = http;
    }

    /** Does one round; throws whatever goes wrong. */
    void round() throws Exception {
        administer();
        produce();
        consume();
        LargeRequests.send(kafka);
        ask();
    }

    private void administer() throws Exception {
        try (var admin = Admin.create(client())) {
            create(admin, TOPIC, Map.of("table.enable", "true", "table.freshness.ms", "500"));
            String shortLived = "short-" + UUID.randomUUID();
            create(admin, shortLived, Map.of());
            admin.createPartitions(Map.of(shortLived, NewPartitions.increaseTo(2))).all().get();
            int broker = admin.describeCluster().controller().get().id();
            admin.describeTopics(List.of(TOPIC)).allTopicNames().get();
            admin.describeLogDirs(List.of(broker)).allDescriptions().get();
            admin.listPartitionReassignments().reassignments().get();
            var partition = new TopicPartition(shortLived, 0);
            admin.listOffsets(Map.of(partition, OffsetSpec.latest())).all().get();
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1))).all().get();
            var config = new ConfigResource(ConfigResource.Type.TOPIC, shortLived);
            admin.describeConfigs(List.of(config)).all().get();
            admin.incrementalAlterConfigs(
                            Map.of(
                                    config,
                                    List.of(
                                            new AlterConfigOp(
                                                    new ConfigEntry("retention.ms", "86400000"),
                                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
            admin.listGroups().all().get();
            describeQuotas(admin);
            admin.deleteTopics(List.of(shortLived)).all().get();
        }
    }

    /** A broker without quotas says so. */
    private static void describeQuotas(Admin admin) throws Exception {
        try {
            admin.describeClientQuotas(ClientQuotaFilter.all()).entities().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnsupportedVersionException)) {
                throw e;
            }
        }
    }

    private static void create(Admin admin, String topic, Map<String, String> configs)
            throws Exception {
        try {
            var wanted = new NewTopic(topic, Optional.of(1), Optional.empty()).configs(configs);
            admin.createTopics(List.of(wanted)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private void produce() throws Exception {
        Map<String, Object> config = client();
        config.put("delivery.timeout.ms", TIMEOUT_MILLIS);
        config.put("linger.ms", 0);
        config.put("compression.type", "gzip"); // which the broker has to look into
        config.put("max.block.ms", TIMEOUT_MILLIS);
        try (var producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                long number = next++;
                String value = "{\"n\":%d}".formatted(number);
                producer.send(new ProducerRecord<>(TOPIC, 0, null, value))
                        .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
                acked.add(number);
            }
            createByUse(producer);
        }
    }

    private void createByUse(KafkaProducer<?, ?> producer) throws Exception {
        String topic = "used-" + UUID.randomUUID();
        producer.partitionsFor(topic);
        try (var admin = Admin.create(client())) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    /** Reads the topic from its beginning, as a member of a new group. */
    private void consume() {
        Map<String, Object> config = client();
        config.put("group.id", "group-" + UUID.randomUUID());
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        config.put("fetch.max.wait.ms", "100");
        List<Long> read = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofMillis(2 * TIMEOUT_MILLIS).toNanos();
        try (var consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            while (read.isEmpty() || read.getLast() < acked.last()) {
                if (System.nanoTime() > deadline) {
                    throw new KafkaException("read %d records in time".formatted(read.size()));
                }
                for (ConsumerRecord<String, String> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    read.add(Long.parseLong(record.value().replaceAll("\\D", "")));
                }
            }
            consumer.commitSync();
            var partition = new TopicPartition(TOPIC, 0);
            consumer.seek(partition, new OffsetAndMetadata(0, Optional.of(0), ""));
            consumer.poll(Duration.ofMillis(200));
        }
        assertThat(read).as("order").isSorted().doesNotHaveDuplicates();
        assertThat(read).as("acked records").containsAll(acked);
    }

    private void ask() throws Exception {
        for (String path :
                List.of(
                        "/node",
                        "/metrics",
                        "/tables",
                        "/registry/subjects",
                        "/iceberg/v1/config")) {
            HttpResponse<String> answer = get(path);
            if (answer.statusCode() != 200) {
                throw new KafkaException("%s: %d".formatted(path, answer.statusCode()));
            }
        }
    }

    private Map<String, Object> client() {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", kafka);
        config.put("request.timeout.ms", TIMEOUT_MILLIS / 2);
        config.put("default.api.timeout.ms", TIMEOUT_MILLIS);
        return config;
    }

    /** Returns true if a component of a kind has failed, by {@code /node}. */
    boolean hasFailed(String kind) throws Exception {
        for (JsonNode component : MAPPER.readTree(get("/node").body()).path("components")) {
            if ((component.path("component").asText() + " ").startsWith(kind + " ")
                    && component.path("state").asText().equals("failed")) {
                return true;
            }
        }
        return false;
    }

    /** Returns a sample of {@code /metrics}. */
    private OptionalDouble metric(String sample) throws Exception {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst();
    }

    /** Returns the count of a component's failures; 0 before there is such a component. */
    double failures(String kind) throws Exception {
        return metric("oxbow_component_failures_total{component=\"%s\"}".formatted(kind)).orElse(0);
    }

    /** Returns what clients make the node hold, of one budget. */
    double clientMemory(String budget) throws Exception {
        return metric("oxbow_client_memory_used_bytes{budget=\"%s\"}".formatted(budget))
                .orElseThrow();
    }

    int status(String path) throws Exception {
        return get(path).statusCode();
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create("http://" + http + path))
                            .timeout(Duration.ofMillis(TIMEOUT_MILLIS));
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
