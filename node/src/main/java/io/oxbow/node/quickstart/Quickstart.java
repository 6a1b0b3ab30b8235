package io.oxbow.node.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.server.Node;
import io.oxbow.sql.ResultColumn;
import io.oxbow.sql.ResultTable;
import io.oxbow.sql.SqlEngine;
import io.oxbow.sql.TablePrinter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Produces the data set twice (JSON, and Avro through the schema registry), consumes it back with a
 * consumer group, waits for the tables, queries them. It talks to the node as any client would:
 * over Kafka, HTTP and SQL.
 */
public final class Quickstart {

    static final String JSON_TOPIC = "earthquakes";
    static final String AVRO_TOPIC = "earthquakes_avro";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Time after which progress that stands still is told again. */
    private static final Duration REPEATED = Duration.ofSeconds(3);

    /** Rows that SQL counted in the two tables. */
    public record Counts(long json, long avro) {}

    private final Node node;
    private final Progress progress;
    private final Earthquakes earthquakes = Earthquakes.load();

    public Quickstart(Node node, Progress progress) {
        this.node = node;
        this.progress = progress;
    }

    /** Runs every step; a {@link StepFailure} says which one failed. */
    public Counts run() {
        step("create topics", this::createTopics);
        int schemaId = step("register the Avro schema", this::registerSchema);
        step("produce JSON", () -> produce(JSON_TOPIC, earthquakes::json));
        step("produce Avro", () -> produce(AVRO_TOPIC, i -> earthquakes.avro(i, schemaId)));
        step("consume with a group", this::consume);
        return step("query the tables", this::query);
    }

    private <T> T step(String name, Callable<T> action) {
        try {
            return action.call();
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new StepFailure(name, e);
        }
    }

    private int createTopics() throws Exception {
        Map<String, String> configs =
                Map.of("table.enable", "true", "table.freshness.ms", "1000", "retention.ms", "-1");
        try (var admin = Admin.create(Map.of("bootstrap.servers", node.kafkaAddress()))) {
            var topics =
                    List.of(
                            new NewTopic(JSON_TOPIC, Optional.of(2), Optional.empty())
                                    .configs(configs),
                            new NewTopic(AVRO_TOPIC, Optional.of(2), Optional.empty())
                                    .configs(configs));
            admin.createTopics(topics).all().get();
        }
        progress.tell("topics %s and %s made, with table.enable=true", JSON_TOPIC, AVRO_TOPIC);
        return 2;
    }

    private int registerSchema() throws Exception {
        var mapper = new ObjectMapper();
        String body = mapper.writeValueAsString(Map.of("schema", Earthquakes.AVRO.toString()));
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://%s/registry/subjects/%s-value/versions"
                                                .formatted(node.httpAddress(), AVRO_TOPIC)))
                        .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try (var client = HttpClient.newHttpClient()) {
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(
                        "the registry answered " + response.statusCode() + ": " + response.body());
            }
            int id = mapper.readTree(response.body()).get("id").asInt();
            progress.tell("Avro schema of %s registered, id %d", AVRO_TOPIC, id);
            return id;
        }
    }

    private int produce(String topic, IntFunction<byte[]> value) throws Exception {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, node.kafkaAddress());
        config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000);
        int count = earthquakes.count();
        try (var producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            java.util.concurrent.Future<?> last = null;
            for (int i = 0; i < count; i++) {
                var earthquake =
                        new ProducerRecord<>(
                                topic,
                                null,
                                earthquakes.timestamp(i),
                                earthquakes.id(i),
                                value.apply(i));
                last = producer.send(earthquake);
            }
            producer.flush();
            if (last != null) {
                last.get();
            }
        }
        progress.tell("%,d records produced to %s", count, topic);
        return count;
    }

    private long consume() {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, node.kafkaAddress());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, "quickstart");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        long expected = 2L * earthquakes.count();
        long consumed = 0;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(JSON_TOPIC, AVRO_TOPIC));
            while (consumed < expected) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "consumed %d of %d records".formatted(consumed, expected));
                }
                consumed += consumer.poll(Duration.ofMillis(500)).count();
            }
            consumer.commitSync();
        }
        progress.tell("%,d records consumed by the group 'quickstart'", consumed);
        return consumed;
    }

    private Counts query() throws Exception {
        progress.tell("waiting for the tables ...");
        try (var sql = SqlEngine.open(node.catalogUri(), Map.of())) {
            Counts counts = awaitCounts(sql);
            show(sql, strongest(columns(sql, JSON_TOPIC)));
            show(
                    sql,
                    """
                    SELECT magnitude_type, COUNT(*) AS quakes, MAX(magnitude) AS strongest,
                           ROUND(AVG(depth_km), 1) AS depth_km
                    FROM "default".earthquakes_avro
                    GROUP BY magnitude_type ORDER BY quakes DESC LIMIT 5\
                    """);
            return counts;
        }
    }

    /**
     * Returns the query for the strongest earthquakes. If the first magnitude translated was a
     * whole number, the table has fractions in a column of their own; which partition came first
     * depends on the moment.
     *
     * @param columns of the table of JSON records
     */
    static String strongest(List<String> columns) {
        String magnitude = columns.contains("mag__double") ? "COALESCE(mag__double, mag)" : "mag";
        return """
        SELECT place, %s AS magnitude, geometry.type AS geometry,
               kafka_timestamp
        FROM "default".earthquakes ORDER BY magnitude DESC LIMIT 5\
        """
                .formatted(magnitude);
    }

    private static List<String> columns(SqlEngine sql, String table) {
        try (ResultTable none =
                sql.query("SELECT * FROM \"default\".%s LIMIT 0".formatted(table))) {
            return none.columns().stream().map(ResultColumn::name).toList();
        }
    }

    private void show(SqlEngine sql, String query) {
        progress.line("");
        progress.line("oxbow> %s", query.replace("\n", "\n       "));
        try (ResultTable result = sql.query(query)) {
            new TablePrinter(progress.out()).print(result);
        }
    }

    private Counts awaitCounts(SqlEngine sql) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long all = 2L * earthquakes.count();
        long told = -1;
        long toldNanos = 0;
        while (true) {
            var counts = new Counts(rows(sql, JSON_TOPIC), rows(sql, AVRO_TOPIC));
            long now = counts.json() + counts.avro();
            if (now != told || System.nanoTime() - toldNanos > REPEATED.toNanos()) {
                progress.tell("%,d of %,d rows are in the tables", now, all);
                told = now;
                toldNanos = System.nanoTime();
            }
            if (now >= all) {
                return counts;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the tables have %d of %d rows".formatted(now, all));
            }
            Thread.sleep(200);
        }
    }

    private static long rows(SqlEngine sql, String table) {
        return exists(sql, table) ? count(sql, table) : 0;
    }

    private static boolean exists(SqlEngine sql, String table) {
        return number(
                        sql,
                        "SELECT COUNT(*) FROM information_schema.tables"
                                + " WHERE table_schema = 'default' AND table_name = '%s'"
                                        .formatted(table))
                > 0;
    }

    private static long count(SqlEngine sql, String table) {
        return number(sql, "SELECT COUNT(*) FROM \"default\".%s".formatted(table));
    }

    private static long number(SqlEngine sql, String query) {
        try (ResultTable result = sql.query(query)) {
            return ((Number) java.util.Objects.requireNonNull(result.next().getFirst()))
                    .longValue();
        }
    }
}
