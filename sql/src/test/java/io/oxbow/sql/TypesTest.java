package io.oxbow.sql;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every Iceberg type through Parquet, Iceberg's reader, Calcite, and the printers. */
final class TypesTest {

    private static final Types.StructType INNER =
            Types.StructType.of(
                    optional(31, "b", Types.StringType.get()),
                    optional(32, "n", Types.LongType.get()));
    private static final Types.StructType ELEMENT =
            Types.StructType.of(
                    optional(51, "b", Types.StringType.get()),
                    optional(52, "n", Types.LongType.get()));
    private static final Types.StructType OUTER =
            Types.StructType.of(
                    optional(33, "a", INNER), optional(34, "x", Types.IntegerType.get()));
    private static final Schema SCHEMA =
            new Schema(
                    required(1, "id", Types.IntegerType.get()),
                    optional(2, "bool", Types.BooleanType.get()),
                    optional(3, "big", Types.LongType.get()),
                    optional(4, "f", Types.FloatType.get()),
                    optional(5, "d", Types.DoubleType.get()),
                    optional(6, "dec", Types.DecimalType.of(20, 4)),
                    optional(7, "day", Types.DateType.get()),
                    optional(8, "clock", Types.TimeType.get()),
                    optional(9, "ts", Types.TimestampType.withoutZone()),
                    optional(10, "tstz", Types.TimestampType.withZone()),
                    optional(11, "s", Types.StringType.get()),
                    optional(12, "u", Types.UUIDType.get()),
                    optional(13, "fix", Types.FixedType.ofLength(2)),
                    optional(14, "bin", Types.BinaryType.get()),
                    optional(15, "t", OUTER),
                    optional(16, "l", Types.ListType.ofOptional(40, Types.IntegerType.get())),
                    optional(
                            17,
                            "m",
                            Types.MapType.ofOptional(
                                    41, 42, Types.StringType.get(), Types.LongType.get())),
                    optional(18, "ls", Types.ListType.ofOptional(43, ELEMENT)));

    @TempDir Path directory;
    private Lake lake;

    @BeforeEach
    void write() throws Exception {
        lake = new Lake(directory);
        Table table = lake.create("default.every", SCHEMA);
        lake.append(
                table,
                Lake.row(
                        SCHEMA,
                        1,
                        true,
                        1L << 40,
                        1.5f,
                        -2.25d,
                        new BigDecimal("1234567890123456.7890"),
                        LocalDate.of(1969, 12, 31),
                        LocalTime.of(1, 2, 3, 4_000_000),
                        LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_000_000),
                        OffsetDateTime.parse("2026-01-02T03:04:05.006+02:00"),
                        "ü\n",
                        UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                        new byte[] {1, (byte) 0xfe},
                        ByteBuffer.wrap(new byte[] {0, 127}),
                        Lake.struct(OUTER, Lake.struct(INNER, "deep", 7L), 3),
                        java.util.Arrays.asList(1, null, 3),
                        Map.of("k", 5L),
                        List.of(Lake.struct(ELEMENT, "e", 1L))),
                Lake.row(SCHEMA, 2));
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @Test
    void everyValueComesBack() {
        assertThat(lake.query("SELECT * FROM every ORDER BY id"))
                .containsExactly(
                        "1|true|1099511627776|1.5|-2.25|1234567890123456.7890|1969-12-31|"
                                + "01:02:03.004|1969-12-31 23:59:59.999|2026-01-02 01:04:05.006 UTC|"
                                + "ü\n|00112233-4455-6677-8899-aabbccddeeff|0x01fe|0x007f|"
                                + "{a={b=deep, n=7}, x=3}|[1, NULL, 3]|{k=5}|[{b=e, n=1}]",
                        "2" + "|NULL".repeat(17));
    }

    @Test
    void everyTypeHasItsName() {
        try (ResultTable result = lake.engine().query("SELECT * FROM every")) {
            assertThat(result.columns())
                    .extracting(ResultColumn::type)
                    .containsExactly(
                            "integer",
                            "boolean",
                            "bigint",
                            "real",
                            "double",
                            "decimal(20, 4)",
                            "date",
                            "time",
                            "timestamp",
                            "timestamp with time zone",
                            "varchar",
                            "uuid",
                            "varbinary",
                            "varbinary",
                            "row(a row(b varchar, n bigint), x integer)",
                            "array(integer)",
                            "map(varchar, bigint)",
                            "array(row(b varchar, n bigint))");
        }
    }

    @Test
    void nestedFieldsAreReached() {
        assertThat(lake.query("SELECT id, e.t.a.b, t.a.n, t.x FROM every e ORDER BY id"))
                .containsExactly("1|deep|7|3", "2|NULL|NULL|NULL");
        assertThat(lake.query("SELECT t['a']['b'], l[1], m['k'], m['z'], ls[1].b FROM every"))
                .containsExactlyInAnyOrder("deep|1|5|NULL|e", "NULL|NULL|NULL|NULL|NULL");
        assertThat(lake.query("SELECT id FROM every WHERE t.a.n > 6 AND t.a.b LIKE 'de%'"))
                .containsExactly("1");
        assertThat(lake.query("SELECT id FROM every WHERE t.a.n IS NULL")).containsExactly("2");
        assertThat(lake.query("SELECT id, v FROM every, UNNEST(l) AS x(v) WHERE v IS NOT NULL"))
                .containsExactlyInAnyOrder("1|1", "1|3");
        assertThat(lake.query("SELECT CARDINALITY(l), CARDINALITY(m) FROM every WHERE id = 1"))
                .containsExactly("3|1");
    }

    @Test
    void everyTypeIsFilteredBy() {
        for (String condition :
                List.of(
                        "bool",
                        "bool = true",
                        "big = 1099511627776",
                        "big > 5",
                        "f = 1.5",
                        "d < 0",
                        "d = -2.25",
                        "dec > 1234567890123456.788",
                        "dec = 1234567890123456.789",
                        "day < DATE '1970-01-01'",
                        "day = DATE '1969-12-31'",
                        "clock = TIME '01:02:03.004'",
                        "ts = TIMESTAMP '1969-12-31 23:59:59.999'",
                        "ts < TIMESTAMP '1970-01-01 00:00:00'",
                        "tstz > TIMESTAMP '2026-01-02 01:04:05'",
                        "tstz <= TIMESTAMP '2026-01-02 01:04:05.006'",
                        "tstz >= TIMESTAMP WITH LOCAL TIME ZONE '2026-01-02 01:04:05.006'",
                        "s LIKE 'ü%'",
                        "s > 'a'",
                        "s IN ('x', 'ü\n')",
                        "u = UUID '00112233-4455-6677-8899-aabbccddeeff'",
                        "fix = X'01fe'",
                        "bin = X'007f'",
                        "id BETWEEN 1 AND 1",
                        "id IN (1, 5, 7)",
                        "NOT id = 2",
                        "id <> 2",
                        "id < 1.5",
                        "s IS NOT NULL")) {
            assertThat(lake.query("SELECT id FROM every WHERE " + condition))
                    .as(condition)
                    .containsExactly("1");
        }
    }

    @Test
    void timesAreComputedWith() {
        assertThat(
                        lake.query(
                                "SELECT EXTRACT(YEAR FROM tstz), FLOOR(tstz TO DAY), CAST(tstz AS"
                                        + " DATE), ts + INTERVAL '1' HOUR, day + INTERVAL '1' DAY,"
                                        + " EXTRACT(HOUR FROM ts) FROM every WHERE id = 1"))
                .containsExactly(
                        "2026|2026-01-02 00:00:00.000 UTC|2026-01-02|1970-01-01 00:59:59.999|"
                                + "1970-01-01|23");
    }

    @Test
    void subMillisecondTimesAreFoundByTheirMillisecond() throws Exception {
        Schema schema = new Schema(required(1, "ts", Types.TimestampType.withoutZone()));
        Table table = lake.create("default.micros", schema);
        lake.append(table, Lake.row(schema, LocalDateTime.of(2026, 1, 1, 0, 0, 0, 1_000_500)));

        String where = "SELECT COUNT(*) FROM micros WHERE ts ";
        assertThat(lake.query(where + "= TIMESTAMP '2026-01-01 00:00:00.001'"))
                .containsExactly("1");
        assertThat(lake.query(where + "<= TIMESTAMP '2026-01-01 00:00:00.001'"))
                .containsExactly("1");
        assertThat(lake.query(where + "> TIMESTAMP '2026-01-01 00:00:00.001'"))
                .containsExactly("0");
        assertThat(lake.query(where + "< TIMESTAMP '2026-01-01 00:00:00.002'"))
                .containsExactly("1");
    }

    @Test
    void jsonHasNativeValues() {
        StringWriter text = new StringWriter();
        try (ResultTable result =
                lake.engine()
                        .query(
                                "SELECT id, bool, dec, tstz, bin, t, l, m, CAST('NaN' AS DOUBLE) AS"
                                        + " nan FROM every WHERE id = 1")) {
            assertThat(new JsonPrinter(new PrintWriter(text)).print(result)).isEqualTo(1);
        }
        assertThat(text.toString().strip())
                .isEqualTo(
                        "{\"id\":1,\"bool\":true,\"dec\":1234567890123456.7890,"
                                + "\"tstz\":\"2026-01-02T01:04:05.006Z\",\"bin\":\"007f\","
                                + "\"t\":{\"a\":{\"b\":\"deep\",\"n\":7},\"x\":3},"
                                + "\"l\":[1,null,3],\"m\":{\"k\":5},\"nan\":\"NaN\"}");
    }
}
