package io.oxbow.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.Outcome;
import io.oxbow.node.process.OxbowProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests DuckDB on the data files that {@code oxbow table files} names. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DuckDbOnLocalStoreTest {

    private OxbowProcess node;
    private Shop shop;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        node = OxbowProcess.start(temporary.resolve("data"), Map.of());
        shop = new Shop(node.kafka());
        shop.createTopics();
        shop.produce(0, 300);
        awaitRows("shop.orders", 300);
        shop.produce(300, 600);
        awaitRows("shop.orders", 600);
        awaitRows("shop.customers", Shop.CUSTOMERS);
    }

    @AfterAll
    void stop() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void readsNestedFields() throws Exception {
        assertThat(query("orders-by-city")).isEqualTo(shop.ordersByCity());
    }

    @Test
    void joinsTwoTopics() throws Exception {
        assertThat(query("spent-by-name")).isEqualTo(shop.spentByName());
    }

    private List<List<Object>> query(String name) throws Exception {
        return execute(
                Files.readString(Path.of("duckdb/queries", name + ".sql"))
                        .replace(":orders", files("shop.orders").out())
                        .replace(":customers", files("shop.customers").out()));
    }

    private Outcome files(String topic) throws Exception {
        return OxbowProcess.run(
                "table", "files", topic, "--http", node.http(), "--bootstrap-server", node.kafka());
    }

    private static List<List<Object>> execute(String sql) throws Exception {
        List<List<Object>> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<Object> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(result.getObject(i));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private void awaitRows(String topic, long rows) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
        while (true) {
            Outcome files = files(topic);
            long found =
                    files.exit() == 0
                            ? (Long)
                                    execute("SELECT count(*) FROM " + files.out())
                                            .getFirst()
                                            .getFirst()
                            : 0;
            if (found == rows) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "%s has %d of %d rows: %s".formatted(topic, found, rows, files));
            }
            Thread.sleep(300);
        }
    }
}
