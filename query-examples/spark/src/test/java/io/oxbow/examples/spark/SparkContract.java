package io.oxbow.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.Outcome;
import io.oxbow.node.process.OxbowProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Contract of stock Spark on a topic's table, which it maintains in every way that Iceberg has.
 * After each, the stream goes on, nothing is lost, and {@code verify} reports the changes of Spark.
 */
abstract class SparkContract {

    private static final String TOPIC = "shop.orders";
    private static final String TABLE = "oxbow.shop.orders";
    private static final List<String> CITIES = List.of("Bergen", "Oslo", "Tromsø");

    private OxbowProcess node;
    private SparkSession spark;
    private int produced;

    /** Returns settings that put a node's bucket where this test wants it. */
    abstract Map<String, String> store() throws Exception;

    /** Returns the name of the configuration that a user would copy. */
    abstract String configuration();

    /** Returns the settings that a user would fill in. */
    abstract Map<String, String> filledIn() throws Exception;

    /** Spells a table's location in another way that a client of this store may write. */
    abstract String respelled(String location);

    @BeforeEach
    void start(@TempDir Path temporary) throws Exception {
        // What a directory may be called: Iceberg's locations escape nothing.
        node = OxbowProcess.start(temporary.resolve("my data+ü"), store());
        Map<String, String> configuration = properties(configuration());
        configuration.put("spark.sql.catalog.oxbow.uri", "http://" + node.http() + "/iceberg");
        configuration.putAll(filledIn());
        SparkSession.Builder builder =
                SparkSession.builder()
                        .master("local[2]")
                        .config("spark.ui.enabled", "false")
                        .config("spark.sql.shuffle.partitions", "1")
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.driver.host", "127.0.0.1");
        configuration.forEach(builder::config);
        spark = builder.getOrCreate();
        try (var admin = Admin.create(Map.of("bootstrap.servers", node.kafka()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(TOPIC, Optional.of(2), Optional.empty())
                                            .configs(
                                                    Map.of(
                                                            "table.enable", "true",
                                                            "table.freshness.ms", "500",
                                                            "retention.ms", "-1"))))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (spark != null) {
            spark.stop();
        }
        if (node != null) {
            node.close();
        }
    }

    @Test
    void theTableIsTendedAndTheStreamGoesOn() throws Exception {
        streamGoesOn(100);
        assertThat(execute(statements("count").getFirst()))
                .containsExactly(RowFactory.create(100L, 100L, 420.0));
        writeUnderAnotherSpelling();
        rowsAreChangedAndVerifyTellsIt();
        filesAreRewrittenAndColumnsAltered();
        whatIsNotNeededGoes();
        run("drop");
        awaitRows("true", produced);
    }

    private void writeUnderAnotherSpelling() throws Exception {
        String location = respelled(table().location());
        execute(
                "ALTER TABLE %s SET TBLPROPERTIES ('write.data.path'='%s/data', 'write.metadata.path'='%s/metadata')"
                        .formatted(TABLE, location, location));
    }

    private void rowsAreChangedAndVerifyTellsIt() throws Exception {
        run("delete");
        assertThat(rows("order_id < 10")).isZero();
        streamGoesOn(20);
        run("merge-on-read");
        assertThat(rows("order_id BETWEEN 10 AND 14")).isZero();
        streamGoesOn(20);
        run("update");
        streamGoesOn(20);
        run("merge");
        assertThat(rows("order_id = 31")).isEqualTo(1);
        assertThat(rows("order_id = 32 AND amount < 0")).isEqualTo(1);
        assertThat(verify().out())
                .contains("deleted 10 rows and altered 0")
                .contains("deleted 5 rows and altered 0")
                .contains("deleted 0 rows and altered 1")
                .contains("deleted 0 rows and altered 2")
                .contains("is right");
    }

    private void filesAreRewrittenAndColumnsAltered() throws Exception {
        run("compact");
        streamGoesOn(20);
        run("alter");
        streamGoesOn(20);
        assertThat(rows("customer.town = 'Bodø'")).isEqualTo(1);
        assertThat(verify().out()).contains("deleted 10 rows").contains("is right");
    }

    /** Snapshots go, and with them what told deletions from losses row by row. */
    private void whatIsNotNeededGoes() throws Exception {
        long rows = rows("true");
        run("orphans");
        // The procedure spares what is younger than a day, which here is everything.
        Table table = table();
        String orphan = table.location() + "/data/orphan.parquet";
        try (var out = table.io().newOutputFile(orphan).create()) {
            out.write(1);
        }
        var removed =
                SparkActions.get(spark)
                        .deleteOrphanFiles(table)
                        .usePrefixListing(true)
                        .olderThan(System.currentTimeMillis() + Duration.ofDays(1).toMillis())
                        .execute();
        assertThat(removed.orphanFileLocations())
                .anySatisfy(location -> assertThat(location).endsWith("/data/orphan.parquet"));
        assertThat(rows("true")).isEqualTo(rows);
        run("expire");
        assertThat(rows("true")).isEqualTo(rows);
        streamGoesOn(20);
        assertThat(rows("true")).isEqualTo(rows + 20);
        assertThat(verify().out()).contains("is right");
    }

    /** Executes a file's statements as they stand. */
    private void run(String name) throws IOException {
        statements(name).forEach(this::execute);
    }

    private static List<String> statements(String name) throws IOException {
        return List.of(Files.readString(Path.of("queries", name + ".sql")).split(";", -1));
    }

    private List<Row> execute(String statement) {
        return spark.sql(statement).collectAsList();
    }

    private long rows(String where) {
        execute("REFRESH TABLE " + TABLE);
        return execute("SELECT count(*) FROM %s WHERE %s".formatted(TABLE, where))
                .getFirst()
                .getLong(0);
    }

    private Table table() throws Exception {
        execute("REFRESH TABLE " + TABLE);
        return Spark3Util.loadIcebergTable(spark, TABLE);
    }

    /** Produces, and waits until what was produced is in the table. */
    private void streamGoesOn(int records) throws Exception {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", node.kafka());
        int first = produced;
        try (var producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < records; i++, produced++) {
                producer.send(
                        new ProducerRecord<>(TOPIC, produced % 2, "o" + produced, order(produced)));
            }
        }
        awaitRows("order_id >= " + first, records);
    }

    private void awaitRows(String where, long count) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(180).toNanos();
        while (!tableExists() || rows(where) != count) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "there are not %d rows with %s: %s"
                                .formatted(count, where, command("describe").out()));
            }
            Thread.sleep(200);
        }
    }

    private static String order(int i) {
        return "{\"order_id\":%d,\"customer\":{\"id\":%d,\"city\":\"%s\"},\"amount\":%d.25}"
                .formatted(i, i % 5, CITIES.get(i % CITIES.size()), i % 7 + 1);
    }

    private boolean tableExists() {
        return !execute("SHOW NAMESPACES IN oxbow LIKE 'shop'").isEmpty()
                && !execute("SHOW TABLES IN oxbow.shop LIKE 'orders'").isEmpty();
    }

    private Outcome verify() throws Exception {
        Outcome verified = command("verify");
        assertThat(verified.exit()).as(verified.toString()).isZero();
        return verified;
    }

    private Outcome command(String verb) throws Exception {
        return node.command(
                "table", verb, TOPIC, "--bootstrap-server", node.kafka(), "--http", node.http());
    }

    private static Map<String, String> properties(String file) {
        var properties = new Properties();
        try (var in = Files.newBufferedReader(Path.of(file))) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> map = new HashMap<>();
        properties.forEach((key, value) -> map.put(key.toString(), value.toString()));
        return map;
    }
}
