package io.oxbow.sql;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QueriesTest {

    private static final Schema SALES =
            new Schema(
                    required(1, "id", Types.LongType.get()),
                    optional(2, "city", Types.StringType.get()),
                    optional(3, "amount", Types.DoubleType.get()));
    private static final Schema CITIES =
            new Schema(
                    required(1, "name", Types.StringType.get()),
                    optional(2, "country", Types.StringType.get()));

    @TempDir Path directory;
    private Lake lake;
    private Table sales;
    private List<DataFile> files;

    @BeforeEach
    void write() throws Exception {
        lake = new Lake(directory);
        sales =
                lake.create(
                        "default.sales",
                        SALES,
                        PartitionSpec.builderFor(SALES).identity("city").build());
        files =
                lake.append(
                        sales,
                        sale(1, "Bern", 10),
                        sale(2, "Rom", 20),
                        sale(3, "Bern", 30),
                        sale(4, "Oslo", 40));
        Table cities = lake.create("geo.places.cities", CITIES);
        lake.append(
                cities,
                Lake.row(CITIES, "Bern", "CH"),
                Lake.row(CITIES, "Rom", "IT"),
                Lake.row(CITIES, "Wien", "AT"));
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private static Record sale(long id, String city, double amount) {
        return Lake.row(SALES, id, city, amount);
    }

    private void fails(String sql, String message) {
        assertThatThrownBy(() -> lake.query(sql))
                .isInstanceOf(QueryException.class)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"))
                .hasMessageContaining(message);
    }

    @Test
    void filtersAggregatesOrderAndLimit() {
        assertThat(
                        lake.query(
                                "SELECT id FROM sales WHERE amount > 15 ORDER BY amount DESC LIMIT 2"))
                .containsExactly("4", "3");
        assertThat(
                        lake.query(
                                "SELECT city, COUNT(*), SUM(amount), AVG(id), MIN(id) FROM"
                                        + " default.sales GROUP BY city HAVING COUNT(*) >= 1 ORDER"
                                        + " BY city"))
                .containsExactly("Bern|2|40.0|2.0|1", "Oslo|1|40.0|4.0|4", "Rom|1|20.0|2.0|2");
        assertThat(lake.query("SELECT COUNT(*), COUNT(DISTINCT city) FROM sales"))
                .containsExactly("4|3");
        assertThat(lake.query("SELECT 1 + 1 AS two")).containsExactly("2");
        assertThat(lake.query("SELECT id FROM sales ORDER BY id OFFSET 1 LIMIT 2"))
                .containsExactly("2", "3");
    }

    @Test
    void sumsAreExact() throws Exception {
        Table big = lake.create("default.big", SALES);
        lake.append(big, sale(Long.MAX_VALUE, "a", 1), sale(Long.MAX_VALUE, "a", 2));

        assertThat(lake.query("SELECT SUM(id), AVG(id), STDDEV_POP(id) FROM big"))
                .containsExactly("18446744073709551614|9.223372036854776E18|0.0");
        assertThat(lake.query("SELECT SUM(id) OVER () FROM big LIMIT 1"))
                .containsExactly("18446744073709551614");
        assertThat(lake.query("SELECT AVG(id) OVER (PARTITION BY city) FROM sales WHERE id = 3"))
                .containsExactly("3.0");
    }

    @Test
    void joinsSubqueriesAndWindows() {
        assertThat(
                        lake.query(
                                "SELECT s.id, c.country FROM sales s LEFT JOIN geo.places.cities c"
                                        + " ON s.city = c.name ORDER BY s.id"))
                .containsExactly("1|CH", "2|IT", "3|CH", "4|NULL");
        assertThat(
                        lake.query(
                                "SELECT name FROM \"geo.places\".cities WHERE name NOT IN (SELECT"
                                        + " city FROM sales WHERE city IS NOT NULL)"))
                .containsExactly("Wien");
        assertThat(
                        lake.query(
                                "WITH big AS (SELECT * FROM sales WHERE amount >= 20) SELECT city,"
                                        + " RANK() OVER (ORDER BY amount DESC) AS r FROM big ORDER"
                                        + " BY r"))
                .containsExactly("Oslo|1", "Bern|2", "Rom|3");
        assertThat(
                        lake.query(
                                "SELECT id FROM sales s WHERE EXISTS (SELECT 1 FROM"
                                        + " geo.places.cities c WHERE c.name = s.city AND c.country"
                                        + " = 'CH') ORDER BY id"))
                .containsExactly("1", "3");
        assertThat(
                        lake.query(
                                "SELECT a.id FROM sales a JOIN sales b ON a.id + 1 = b.id ORDER BY 1"))
                .containsExactly("1", "2", "3");
    }

    @Test
    void filterAndColumnsReachTheScan() {
        List<String> plan =
                lake.query(
                        "EXPLAIN PLAN FOR SELECT amount FROM sales WHERE city = 'Bern' AND id > 1");
        assertThat(plan.getLast())
                .contains("columns=[[id, city, amount]]")
                .contains("ref(name=\"city\") == \"Bern\"")
                .contains("ref(name=\"id\") > 1");
        assertThat(lake.query("EXPLAIN PLAN FOR SELECT COUNT(*) FROM sales").getLast())
                .contains("columns=[[id]]");
    }

    @Test
    void filesThatAFilterRulesOutAreNotRead() throws Exception {
        for (DataFile file : files) {
            if (!file.location().contains("city=Bern")) {
                java.nio.file.Files.delete(Path.of(java.net.URI.create(file.location())));
            }
        }
        assertThat(lake.query("SELECT id FROM sales WHERE city = 'Bern' ORDER BY id"))
                .containsExactly("1", "3");
        fails("SELECT id FROM sales", "A file is missing");
    }

    @Test
    void identifiersAreOfAnyCase() {
        assertThat(lake.query("SELECT S.ID AS Foo FROM DEFAULT.Sales AS S WHERE ID = 1"))
                .containsExactly("1");
        assertThat(lake.query("SELECT \"ID\" FROM \"Default\".\"SALES\" WHERE id = 1"))
                .containsExactly("1");
        try (ResultTable result =
                lake.engine().query("SELECT ID AS Foo, COUNT(*) FROM sales GROUP BY id")) {
            assertThat(result.columns())
                    .extracting(ResultColumn::name)
                    .containsExactly("foo", "_col1");
        }
    }

    @Test
    void deletedRowsAreGone() throws Exception {
        lake.deletePosition(sales, files.getFirst(), 0);
        assertThat(lake.query("SELECT id FROM sales ORDER BY id")).containsExactly("2", "3", "4");

        Table plain = lake.create("default.plain", SALES);
        lake.append(plain, sale(1, "a", 1), sale(2, "b", 2), sale(3, "b", 3));
        lake.deleteEqual(plain, "city", "b");
        lake.append(plain, sale(4, "b", 4));

        assertThat(lake.query("SELECT id FROM plain ORDER BY id")).containsExactly("1", "4");
        assertThat(lake.query("SELECT COUNT(*) FROM plain WHERE amount > 0")).containsExactly("2");
    }

    @Test
    void addedRenamedAndWidenedColumnsAreRead() throws Exception {
        Schema narrow =
                new Schema(
                        required(1, "k", Types.IntegerType.get()),
                        optional(2, "old", Types.StringType.get()));
        Table table = lake.create("default.evolving", narrow);
        lake.append(table, Lake.row(narrow, 1, "x"));
        table.updateSchema()
                .renameColumn("old", "fresh")
                .updateColumn("k", Types.LongType.get())
                .addColumn("more", Types.IntegerType.get())
                .commit();
        assertThat(lake.query("SELECT k, more FROM evolving WHERE more IS NULL"))
                .containsExactly("1|NULL");
        lake.append(table, Lake.row(table.schema(), 1L << 40, "y", 5));

        assertThat(lake.query("SELECT * FROM evolving ORDER BY k"))
                .containsExactly("1|x|NULL", "1099511627776|y|5");
        assertThat(lake.query("SELECT k FROM evolving WHERE more IS NULL AND fresh = 'x'"))
                .containsExactly("1");
        long first = table.history().getFirst().snapshotId();
        assertThat(lake.query("SELECT k, old FROM \"evolving@" + first + "\""))
                .containsExactly("1|x");
    }

    @Test
    void earlierSnapshotsAreRead() throws Exception {
        sales.refresh();
        Snapshot first = sales.currentSnapshot();
        sales.manageSnapshots().createTag("start", first.snapshotId()).commit();
        while (System.currentTimeMillis() <= first.timestampMillis()) {
            Thread.onSpinWait();
        }
        lake.append(sales, sale(5, "Rom", 50));
        String count = "SELECT COUNT(*) FROM sales ";
        String time =
                java.time.Instant.ofEpochMilli(first.timestampMillis())
                        .toString()
                        .replace("T", " ")
                        .replace("Z", " UTC");

        assertThat(lake.query(count)).containsExactly("5");
        assertThat(
                        lake.query(
                                count.strip()
                                        .replace("sales", "\"sales@" + first.snapshotId() + "\"")))
                .containsExactly("4");
        assertThat(lake.query(count + "FOR VERSION AS OF " + first.snapshotId()))
                .containsExactly("4");
        assertThat(lake.query(count + "FOR VERSION AS OF 'start' AS s WHERE s.id > 1"))
                .containsExactly("3");
        assertThat(lake.query(count + "FOR TIMESTAMP AS OF TIMESTAMP '" + time + "'"))
                .containsExactly("4");
        assertThat(lake.query(count + "FOR SYSTEM_TIME AS OF TIMESTAMP '2100-01-01 00:00:00'"))
                .containsExactly("5");
        assertThat(
                        lake.query(
                                "SELECT n.id FROM default.sales n LEFT JOIN default.sales FOR"
                                        + " VERSION AS OF "
                                        + first.snapshotId()
                                        + " o ON n.id = o.id WHERE o.id IS NULL"))
                .containsExactly("5");
        fails(count + "FOR VERSION AS OF 1", "has no snapshot, branch or tag 1");
        fails(count + "FOR TIMESTAMP AS OF TIMESTAMP '2000-01-01 00:00:00'", "no snapshot as old");
    }

    @Test
    void metadataTablesAreThere() {
        sales.refresh();
        String id = Long.toString(sales.currentSnapshot().snapshotId());
        assertThat(
                        lake.query(
                                "SELECT snapshot_id, operation, summary['added-records'] FROM"
                                        + " \"sales$snapshots\""))
                .containsExactly(id + "|append|4");
        assertThat(lake.query("SELECT SUM(record_count), COUNT(*) FROM default.\"sales$files\""))
                .containsExactly("4|3");
        assertThat(lake.query("SELECT snapshot_id, is_current_ancestor FROM \"sales$history\""))
                .containsExactly(id + "|true");
        assertThat(
                        lake.query(
                                "SELECT p.partition.city, p.record_count FROM \"sales$partitions\" p"
                                        + " ORDER BY 1"))
                .containsExactly("Bern|2", "Oslo|1", "Rom|1");
        assertThat(lake.query("SELECT name FROM \"sales$refs\"")).containsExactly("main");
        assertThat(lake.query("SELECT COUNT(*) FROM \"sales$manifests\"")).containsExactly("1");
    }

    @Test
    void whatThereIsCanBeAsked() {
        assertThat(lake.query("SHOW SCHEMAS")).containsExactly("default", "geo", "geo.places");
        assertThat(lake.query("SHOW TABLES;"))
                .containsExactly("default|sales", "geo.places|cities");
        assertThat(lake.query("SHOW TABLES FROM geo.places")).containsExactly("geo.places|cities");
        assertThat(lake.query("DESCRIBE default.sales"))
                .containsExactly("id|bigint|NO|", "city|varchar|YES|", "amount|double|YES|");
        assertThat(lake.query("SHOW COLUMNS FROM sales")).hasSize(3);
        assertThat(
                        lake.query(
                                "SELECT column_name FROM information_schema.columns WHERE"
                                        + " table_name = 'cities' ORDER BY ordinal_position"))
                .containsExactly("name", "country");
    }

    @Test
    void emptyTablesHaveNoRows() {
        lake.create("default.empty", SALES);

        assertThat(lake.query("SELECT * FROM empty")).isEmpty();
        assertThat(lake.query("SELECT COUNT(*) FROM empty")).containsExactly("0");
    }

    @Test
    void errorsAreOneLineThatHelps() {
        fails("SELEC 1", "Syntax error at line 1, column 1: expected SELECT");
        fails("SELECT id,\n FROM sales", "Syntax error at line 2, column 2: unexpected \"FROM\"");
        fails("SELECT (1", "unexpected end of the statement");
        fails("SELECT 'abc", "Syntax error");
        fails("SELECT * FROM sale", "Object 'sale' not found; did you mean 'sales'?");
        fails("SELECT * FROM geo.places.citie", "did you mean 'cities'?");
        fails("SELECT citty FROM sales", "line 1, column 8: Column 'citty' not found");
        fails("SELECT citty FROM sales", "did you mean 'city'?");
        fails("SELECT time, citty FROM sales", "line 1, column 8: Column 'time' not found");
        fails("INSERT INTO sales VALUES (1, 'a', 2)", "Only queries are supported");
        fails("DROP TABLE sales", "Syntax error");
        fails("SELECT id FROM sales GROUP BY city", "not being grouped");
        fails("SELECT nosuch(id) FROM sales", "nosuch");
        fails("SELECT 1 / (id - id) FROM sales", "Arithmetic failed: / by zero");
        fails("SELECT 9223372036854775807 + id FROM sales", "Arithmetic failed: long overflow");
        fails("", "There is no query");
        fails("DESCRIBE sals", "did you mean 'sales'?");
    }

    @Test
    void unreachableCatalogIsSaid() {
        assertThatThrownBy(() -> SqlEngine.open("http://127.0.0.1:1/iceberg", Map.of()))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("No Iceberg catalog answers at http://127.0.0.1:1/iceberg");
    }

    @Test
    void resultNamesTheTablesThatNoCommitHasReached() {
        lake.create("default.unborn", CITIES);
        try (ResultTable result = lake.engine().query("SELECT * FROM \"default\".unborn")) {
            assertThat(result.withoutSnapshot()).containsExactly("unborn");
        }
        try (ResultTable result = lake.engine().query("SELECT * FROM \"default\".sales")) {
            assertThat(result.withoutSnapshot()).isEmpty();
        }
    }

    @Test
    void tablesArePrintedAligned() {
        StringWriter text = new StringWriter();
        try (ResultTable result =
                lake.engine()
                        .query(
                                "SELECT city, SUM(amount) AS total FROM sales GROUP BY city ORDER BY 1")) {
            new TablePrinter(new PrintWriter(text)).print(result);
        }
        assertThat(text.toString().lines())
                .containsExactly(
                        " city | total",
                        "------+-------",
                        " Bern |  40.0",
                        " Oslo |  40.0",
                        " Rom  |  20.0",
                        "(3 rows)");
    }
}
