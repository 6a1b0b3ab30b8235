package io.oxbow.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.OxbowProcess;
import io.trino.Session;
import io.trino.plugin.iceberg.IcebergPlugin;
import io.trino.testing.MaterializedRow;
import io.trino.testing.StandaloneQueryRunner;
import io.trino.testing.TestingSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Contract of stock Trino on tables that a node wrote, for every store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TrinoContract {

    private OxbowProcess node;
    private StandaloneQueryRunner trino;
    private Session session;
    private Shop shop;

    /** Returns the settings that put a node's bucket where this test wants it. */
    abstract Map<String, String> store() throws Exception;

    /** Returns the name of the catalog file that a user would copy. */
    abstract String catalogFile();

    /** Returns the values that a user would fill in. */
    abstract Map<String, String> filledIn() throws Exception;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        node = OxbowProcess.start(temporary.resolve("data"), store());
        session = TestingSession.testSessionBuilder().build();
        trino = new StandaloneQueryRunner(session);
        trino.installPlugin(new IcebergPlugin());
        Map<String, String> catalog = properties(catalogFile());
        String connector = catalog.remove("connector.name");
        catalog.put("iceberg.rest-catalog.uri", "http://" + node.http() + "/iceberg");
        catalog.putAll(filledIn());
        trino.createCatalog("oxbow", connector, catalog);
        shop = new Shop(node.kafka());
        shop.createTopics();
        shop.produce(0, 300);
        awaitCount(300);
        shop.produce(300, 600);
        awaitCount(600);
    }

    @AfterAll
    void stop() throws Exception {
        if (trino != null) {
            trino.close();
        }
        if (node != null) {
            node.close();
        }
    }

    @Test
    void countsEveryRecordOnce() throws Exception {
        assertThat(query("count"))
                .singleElement()
                .satisfies(row ->
                        assertThat(row.getFields())
                                .containsExactly(600L, 2L, shop.amountOf(0, 600)));
    }

    @Test
    void filtersByPartition() throws Exception {
        assertThat(query("one-day").getFirst().getField(0)).isEqualTo(shop.ordersOnDay(2));
    }

    @Test
    void readsNestedFields() throws Exception {
        assertThat(query("nested-field").stream().map(MaterializedRow::getFields).toList())
                .isEqualTo(shop.ordersByCity());
    }

    @Test
    void travelsInTime() throws Exception {
        long first = (Long) query("snapshots").getFirst().getField(0);
        long then =
                (Long)
                        execute(sql("time-travel").replace(":snapshot", String.valueOf(first)))
                                .getFirst()
                                .getField(0);
        assertThat(then).isBetween(1L, 300L);
    }

    @Test
    void showsWhereEachRecordStoodInTheLog() throws Exception {
        assertThat(query("metadata-columns").stream().map(MaterializedRow::getFields).toList())
                .isEqualTo(List.of(List.of(0, 0L, 299L, true), List.of(1, 0L, 299L, true)));
    }

    @Test
    void joinsTwoTopics() throws Exception {
        assertThat(query("join").stream().map(MaterializedRow::getFields).toList())
                .isEqualTo(shop.spentByName());
    }

    private List<MaterializedRow> query(String name) throws IOException {
        return execute(sql(name));
    }

    private List<MaterializedRow> execute(String sql) {
        return trino.execute(session, sql).getMaterializedRows();
    }

    private void awaitCount(long count) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (true) {
            long orders = tableCount("orders");
            if (orders == count && tableCount("customers") == Shop.CUSTOMERS) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("orders has %d of %d rows".formatted(orders, count));
            }
            Thread.sleep(300);
        }
    }

    private long tableCount(String table) {
        var exists =
                execute(
                        "SELECT count(*) FROM oxbow.information_schema.tables"
                                + " WHERE table_schema = 'shop' AND table_name = '%s'"
                                        .formatted(table));
        if ((Long) exists.getFirst().getField(0) == 0) {
            return 0;
        }
        return (Long) execute("SELECT count(*) FROM oxbow.shop." + table).getFirst().getField(0);
    }

    private static String sql(String name) throws IOException {
        return Files.readString(Path.of("trino/queries", name + ".sql"));
    }

    private static Map<String, String> properties(String file) throws IOException {
        var properties = new Properties();
        try (var in = Files.newBufferedReader(Path.of("trino", file))) {
            properties.load(in);
        }
        Map<String, String> map = new HashMap<>();
        properties.forEach((key, value) -> map.put(key.toString(), value.toString()));
        return map;
    }
}
