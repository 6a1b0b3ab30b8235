package io.oxbow.node.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.s3stream.testkit.OddTexts;
import io.oxbow.s3stream.testkit.Sampled;
import io.oxbow.sql.SchemeFileIO;
import io.oxbow.tableflow.config.PartitionField;
import io.oxbow.tableflow.config.TableConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests every {@code table.*} key on a topic of a started node that has its table, with odd values.
 * Each is refused with its reason and changes nothing, or the table does what it says.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LivingTableSettingsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SEED = Long.getLong("oxbow.settings.seed", 1);

    @TempDir static Path directory = Path.of("");
    private static Node node;
    private static Admin admin;
    private static KafkaProducer<String, String> producer;
    private static RESTCatalog catalog;
    private static int topics;

    /** Values beside the odd texts, which are meant for the key. */
    private static final Map<String, List<String>> OWN =
            Map.ofEntries(
                    Map.entry(
                            TableConfig.PARTITION_BY,
                            List.of(
                                    "bucket(4,id)",
                                    "bucket(8,id)",
                                    "bucket(4,ID)",
                                    "id,id",
                                    "id,identity(id)",
                                    "day(id)",
                                    "day(kafka_offset)",
                                    "day(kafka_timestamp),hour(kafka_timestamp)",
                                    "HOUR(kafka_timestamp),bucket(999999999,id)",
                                    "truncate(3,name),truncate(2,name),name",
                                    "kafka_headers",
                                    "nested",
                                    "nested.x",
                                    "nested.nope",
                                    "later,day(later)",
                                    "bucket(0,id)",
                                    "bucket(-4,id)",
                                    "bucket(2147483648,id)",
                                    "year(id,name)")),
                    Map.entry(
                            TableConfig.NAME,
                            List.of(
                                    "other",
                                    "other__quarantine",
                                    "x".repeat(201),
                                    "Living",
                                    "a.b",
                                    "a/b")),
                    Map.entry(
                            TableConfig.NAMESPACE,
                            List.of("other", "default", "DEFAULT", "a..b", ".a", "a.")),
                    Map.entry(TableConfig.FRESHNESS_MS, List.of("100", "99", "200")),
                    Map.entry(TableConfig.RETENTION_MS, List.of("-1", "-2", "1", "86400000")),
                    Map.entry(TableConfig.SNAPSHOT_RETENTION_MS, List.of("0", "1", "432000000")),
                    Map.entry(TableConfig.SNAPSHOT_MIN_COUNT, List.of("0", "3", "500", "501")),
                    Map.entry(
                            TableConfig.FILE_TARGET_BYTES, List.of("65535", "65536", "134217728")));

    @BeforeAll
    static void start() throws Exception {
        node =
                Node.start(
                        NodeConfig.of(
                                Map.of(
                                        "oxbow.data.dir", directory.resolve("data").toString(),
                                        "listeners", "PLAINTEXT://127.0.0.1:0",
                                        "oxbow.http.listener", "127.0.0.1:0",
                                        "oxbow.wal.capacity.bytes", "134217728",
                                        "log.retention.check.interval.ms", "200")));
        Map<String, Object> client = Map.of("bootstrap.servers", node.kafkaAddress());
        admin = Admin.create(client);
        producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
        catalog = new RESTCatalog();
        catalog.initialize(
                "c", Map.of("uri", node.catalogUri(), "io-impl", SchemeFileIO.class.getName()));
    }

    @AfterAll
    static void close() throws Exception {
        producer.close();
        admin.close();
        catalog.close();
        node.close();
    }

    static Set<String> keys() {
        return new TreeSet<>(TableConfig.definitions().names());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void valueIsRefusedWithItsReasonOrTakesEffect(String key) throws Exception {
        Set<String> values = new LinkedHashSet<>(OWN.getOrDefault(key, List.of()));
        values.addAll(List.of("TRUE", "nope", ""));
        check(key, values);
    }

    @Sampled
    @Tag("slow")
    @ParameterizedTest
    @MethodSource("keys")
    void oddTextIsRefusedWithItsReasonOrTakesEffect(String key) throws Exception {
        Set<String> values = new LinkedHashSet<>();
        for (String text : OddTexts.all(SEED)) {
            values.add(new String(text.getBytes(UTF_8), UTF_8)); // as Kafka's protocol carries it
        }
        check(key, values);
    }

    private static void check(String key, Set<String> values) throws Exception {
        var topic = new LivingTopic("living-" + topics++);
        topic.create();
        int taken = 0;
        for (String value : values) {
            String before = topic.described(key);
            Optional<String> refusal = topic.alter(key, value);
            if (refusal.isPresent()) {
                assertThat(refusal.get()).as("%s=%s", key, value).contains(key);
                assertThat(refusal.get())
                        .as("%s=%s", key, value)
                        .containsPattern("[a-z]{3} [a-z]+");
                assertThat(topic.described(key)).isEqualTo(before);
            } else {
                taken++;
                assertThat(topic.described(key)).isEqualTo(value);
                topic.showsEffect(key, value.trim());
            }
        }
        topic.goesOn();
        assertThat(taken).isLessThan(values.size());
    }

    @Test
    void nameOfAnotherTopicsTableIsRefused() throws Exception {
        var topic = new LivingTopic("living-" + topics++);
        topic.create();
        String other = "other-" + topics++;
        for (Map<String, String> settings :
                List.of(
                        Map.of("table.name", topic.name),
                        Map.of("table.name", topic.name, "table.namespace", "default"))) {
            var configs = new java.util.HashMap<>(settings);
            configs.put("table.enable", "true");
            assertThat(
                            refusal(() ->
                                    admin.createTopics(
                                                    List.of(
                                                            new NewTopic(other, 1, (short) 1)
                                                                    .configs(configs)))
                                            .all()
                                            .get()))
                    .get()
                    .asString()
                    .contains("default." + topic.name, "topic '" + topic.name + "'", "table.name");
        }
        assertThat(admin.listTopics().names().get()).doesNotContain(other);
        var dotted = new NewTopic("default." + topic.name, 1, (short) 1);
        assertThat(
                        refusal(() ->
                                admin.createTopics(
                                                List.of(
                                                        dotted.configs(
                                                                Map.of("table.enable", "true"))))
                                        .all()
                                        .get()))
                .isPresent();
        topic.goesOn();
    }

    @FunctionalInterface
    private interface Change {
        void run() throws Exception;
    }

    private static Optional<String> refusal(Change change) throws Exception {
        try {
            change.run();
            return Optional.empty();
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(InvalidConfigurationException.class);
            return Optional.of(String.valueOf(e.getCause().getMessage()));
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not come true: " + statuses());
            }
            Thread.sleep(10);
        }
    }

    private static JsonNode statuses() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return JSON.readTree(
                    http.send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            "http://"
                                                                    + node.httpAddress()
                                                                    + "/tables"))
                                            .timeout(PATIENCE)
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body());
        }
    }

    /** A topic of JSON documents that has its table. */
    private static final class LivingTopic {

        private final String name;
        private final ConfigResource resource;
        private final Set<Long> retentions = new HashSet<>();
        private long records;

        LivingTopic(String name) {
            this.name = name;
            this.resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        }

        void create() throws Exception {
            Map<String, String> configs =
                    Map.of("table.enable", "true", "table.freshness.ms", "100");
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1).configs(configs)))
                    .all()
                    .get();
            goesOn();
        }

        private void send() throws Exception {
            String value =
                    "{\"id\":%1$d,\"name\":\"n%1$d\",\"nested\":{\"x\":1}}".formatted(records++);
            producer.send(new ProducerRecord<>(name, 0, "k", value))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        Optional<String> alter(String key, String value) throws Exception {
            var set = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
            return refusal(() ->
                    admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get());
        }

        String described(String key) throws Exception {
            return requireNonNull(
                            admin.describeConfigs(List.of(resource)).all().get().get(resource))
                    .get(key)
                    .value();
        }

        private Optional<JsonNode> status() throws Exception {
            for (JsonNode status : statuses()) {
                if (status.path("topic").asText().equals(name)) {
                    return Optional.of(status);
                }
            }
            return Optional.empty();
        }

        private Table table() {
            return catalog.loadTable(TableIdentifier.of("default", name));
        }

        /** A record that is produced now gets into the table, or into quarantine. */
        void goesOn() throws Exception {
            send();
            await(
                    name + " at " + records,
                    () -> {
                        JsonNode status = status().orElse(JSON.nullNode());
                        return status.path("nextOffsets").path("0").asLong() == records
                                && status.path("lastError").isNull();
                    });
        }

        void showsEffect(String key, String value) throws Exception {
            switch (key) {
                case TableConfig.ENABLE -> {
                    boolean on = value.equalsIgnoreCase("true");
                    await(name + " " + key, () -> status().isPresent() == on);
                    if (on) {
                        goesOn();
                    }
                    alter(key, "true");
                }
                case TableConfig.PAUSE -> {
                    String state = value.equalsIgnoreCase("true") ? "paused" : "running";
                    await(
                            name + " " + key,
                            () -> status().orElseThrow().path("state").asText().equals(state));
                    alter(key, "false");
                }
                case TableConfig.NAME, TableConfig.NAMESPACE ->
                        assertThat(status().orElseThrow().path("table").asText()).isEqualTo(name);
                case TableConfig.COLUMN_PREFIX -> assertThat(value).isEqualTo("kafka_");
                case TableConfig.KEY_FORMAT, TableConfig.VALUE_FORMAT -> {
                    goesOn();
                    if (!value.equals("auto")) {
                        assertThat(table().properties())
                                .containsEntry(
                                        key.equals(TableConfig.KEY_FORMAT)
                                                ? "oxbow.key-format"
                                                : "oxbow.value-format",
                                        value);
                    }
                    alter(TableConfig.VALUE_FORMAT, "json");
                }
                case TableConfig.PARTITION_BY -> {
                    goesOn();
                    assertThat(terms(table())).isEqualTo(wanted(value));
                }
                case TableConfig.FRESHNESS_MS -> {
                    if (Long.parseLong(value) > 60_000) {
                        send(); // waits for longer than this test
                        alter(key, "100");
                    }
                    goesOn();
                }
                case TableConfig.RETENTION_MS -> {
                    goesOn();
                    long retention = Long.parseLong(value);
                    // The same again is looked at every ten seconds.
                    if (retention >= 0 && retention < 60_000 && retentions.add(retention)) {
                        await(name + " " + key, () -> rowsOf(table()) == 0);
                    }
                }
                case TableConfig.SNAPSHOT_RETENTION_MS -> {
                    goesOn();
                    if (Long.parseLong(value) < 10_000) {
                        alter(TableConfig.SNAPSHOT_MIN_COUNT, "1");
                        await(name + " " + key, () -> snapshotsOf(table()) == 1);
                    }
                }
                case TableConfig.SNAPSHOT_MIN_COUNT -> {
                    goesOn();
                    alter(TableConfig.SNAPSHOT_RETENTION_MS, "1");
                    long count = Long.parseLong(value);
                    await(name + " " + key, () -> snapshotsOf(table()) <= count);
                    alter(TableConfig.SNAPSHOT_RETENTION_MS, "432000000");
                }
                // What it does to files shows in AlteredSettingsTest.
                case TableConfig.FILE_TARGET_BYTES -> goesOn();
                case TableConfig.RETENTION_PIN -> goesOn();
                default -> throw new AssertionError("no row for " + key);
            }
        }

        private static long snapshotsOf(Table table) {
            return java.util.stream.StreamSupport.stream(table.snapshots().spliterator(), false)
                    .count();
        }

        private static long rowsOf(Table table) {
            return Long.parseLong(
                    table.currentSnapshot().summary().getOrDefault("total-records", "0"));
        }

        private static List<String> terms(Table table) {
            return table.spec().fields().stream()
                    .filter(field -> !field.transform().isVoid())
                    .map(field ->
                            "%s %s"
                                    .formatted(
                                            field.transform(),
                                            table.schema().findColumnName(field.sourceId())))
                    .sorted()
                    .toList();
        }

        private List<String> wanted(String value) {
            List<String> wanted = new ArrayList<>();
            for (PartitionField field : PartitionField.parse(value)) {
                if (field.isIn(table().schema())) {
                    String width = field.width() == 0 ? "" : "[" + field.width() + "]";
                    wanted.add(
                            field.transform().name().toLowerCase(java.util.Locale.ROOT)
                                    + width
                                    + " "
                                    + field.column());
                }
            }
            return wanted.stream().sorted().toList();
        }
    }
}
