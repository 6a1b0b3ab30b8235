package io.oxbow.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.Outcome;
import io.oxbow.node.process.OxbowProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stock Spark tends a topic's table in every way that Iceberg has, and after each the stream goes
 * on, nothing is lost, and {@code verify} tells what Spark did.
 */
abstract class SparkContract {

    private static final String TOPIC = "shop.orders";
    private static final String TABLE = "oxbow.shop.orders";

    private OxbowProcess node;
    private SparkSession spark;
    private int produced;

    /** Settings that put a node's bucket where this test wants it. */
    abstract Map<String, String> store() throws Exception;

    /** What a user tells Spark of the bucket. */
    abstract Map<String, String> spark() throws Exception;

    @AfterEach
    void stop() throws Exception {
        if (spark != null) {
            spark.stop();
        }
        if (node != null) {
            node.close();
        }
    }

    private void start(Path temporary) throws Exception {
        // What a directory may be called: Iceberg's locations escape nothing.
        node = OxbowProcess.start(temporary.resolve("my data+ü"), store());
        SparkSession.Builder builder =
                SparkSession.builder()
                        .master("local[2]")
                        .config("spark.ui.enabled", "false")
                        .config("spark.sql.shuffle.partitions", "1")
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.driver.host", "127.0.0.1")
                        .config(
                                "spark.sql.extensions",
                                "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
                        .config("spark.sql.catalog.oxbow", "org.apache.iceberg.spark.SparkCatalog")
                        .config("spark.sql.catalog.oxbow.type", "rest")
                        .config(
                                "spark.sql.catalog.oxbow.uri",
                                "http://" + node.http() + "/iceberg");
        spark().forEach(builder::config);
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

    @Test
    void theTableIsTendedAndTheStreamGoesOn(@TempDir Path temporary) throws Exception {
        start(temporary);
        streamGoesOn(100);

        sql("DELETE FROM " + TABLE + " WHERE id < 10");
        assertThat(count("id < 10")).isZero();
        streamGoesOn(20);
        sql("ALTER TABLE " + TABLE + " SET TBLPROPERTIES ('write.delete.mode'='merge-on-read')");
        sql("DELETE FROM " + TABLE + " WHERE id BETWEEN 10 AND 14");
        streamGoesOn(20);
        assertThat(verify().out()).contains("deleted 10 rows").contains("deleted 5 rows");

        sql("UPDATE " + TABLE + " SET city = 'Bodø' WHERE id = 30");
        sql(
                "MERGE INTO %s t USING (SELECT 31L AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE"
                        .formatted(TABLE));
        streamGoesOn(20);
        assertThat(count("city = 'Bodø'")).isEqualTo(1);
        assertThat(verify().out())
                .contains("altered 1")
                .contains("deleted 1 rows")
                .contains("is right");

        call("rewrite_data_files(table => 'shop.orders', options => map('rewrite-all', 'true'))");
        call("rewrite_manifests('shop.orders')");
        streamGoesOn(20);
        sql("ALTER TABLE " + TABLE + " ADD COLUMN note string");
        sql("ALTER TABLE " + TABLE + " RENAME COLUMN city TO town");
        sql("ALTER TABLE " + TABLE + " DROP COLUMN note");
        streamGoesOn(20);
        sql("ALTER TABLE " + TABLE + " ADD PARTITION FIELD bucket(2, id)");
        streamGoesOn(20);
        assertThat(verify().exit()).isZero();

        long rows = count("true");
        call("remove_orphan_files(table => 'shop.orders')");
        call(
                "expire_snapshots(table => 'shop.orders', older_than => TIMESTAMP '2100-01-01 00:00:00', retain_last => 1)");
        assertThat(count("true")).isEqualTo(rows);
        streamGoesOn(20);
        assertThat(count("id = 30")).isEqualTo(1);

        sql("DROP TABLE " + TABLE + " PURGE");
    }

    private List<Row> sql(String statement) {
        return spark.sql(statement).collectAsList();
    }

    private void call(String procedure) {
        sql("CALL oxbow.system." + procedure);
    }

    private long count(String where) {
        sql("REFRESH TABLE " + TABLE);
        return sql("SELECT count(*) FROM %s WHERE %s".formatted(TABLE, where)).getFirst().getLong(0);
    }

    /** Produces, and waits until what was produced is in the table. */
    private void streamGoesOn(int records) throws Exception {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", node.kafka());
        try (var producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < records; i++, produced++) {
                producer.send(
                        new ProducerRecord<>(
                                TOPIC,
                                produced % 2,
                                "o" + produced,
                                "{\"id\":%d,\"city\":\"Tromsø\",\"amount\":%d.5}"
                                        .formatted(produced, produced % 7)));
            }
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
        int last = produced - 1;
        while (!tableExists() || count("id = " + last) == 0 || count("id = " + (last - 1)) == 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "record %d is not in the table: %s"
                                .formatted(last, table("describe").out()));
            }
            Thread.sleep(200);
        }
    }

    private boolean tableExists() {
        return !sql("SHOW NAMESPACES IN oxbow LIKE 'shop'").isEmpty()
                && !sql("SHOW TABLES IN oxbow.shop LIKE 'orders'").isEmpty();
    }

    private Outcome verify() throws Exception {
        return table("verify");
    }

    private Outcome table(String verb) throws Exception {
        return node.command(
                "table",
                verb,
                TOPIC,
                "--bootstrap-server",
                node.kafka(),
                "--http",
                node.http());
    }
}
