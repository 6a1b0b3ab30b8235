package io.oxbow.sql;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A condition means the same whether Iceberg gets to see it (in WHERE) or not (in SELECT): over
 * random conditions, near the values that are there.
 */
final class PushdownTest {

    private static final int CONDITIONS = Integer.getInteger("oxbow.conditions", 40);

    private static final Types.StructType STRUCT =
            Types.StructType.of(optional(20, "n", Types.LongType.get()));
    private static final Schema SCHEMA =
            new Schema(
                    required(1, "id", Types.IntegerType.get()),
                    optional(2, "b", Types.BooleanType.get()),
                    optional(3, "l", Types.LongType.get()),
                    optional(4, "d", Types.DoubleType.get()),
                    optional(5, "m", Types.DecimalType.of(9, 2)),
                    optional(6, "s", Types.StringType.get()),
                    optional(7, "y", Types.DateType.get()),
                    optional(8, "ts", Types.TimestampType.withoutZone()),
                    optional(9, "tz", Types.TimestampType.withZone()),
                    optional(10, "t", STRUCT));
    private static final List<String> STRINGS =
            List.of("", "a", "ab", "b", "é", "\uFFFD", "\uD83D\uDE00", "z");
    private static final List<Double> DOUBLES =
            List.of(-1.5, -0.0, 0.0, 0.1, 1.0, Double.NaN, Double.POSITIVE_INFINITY, 1e300);

    @TempDir Path directory;
    private Lake lake;
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @BeforeEach
    void write() throws Exception {
        lake = new Lake(directory);
        Table table = lake.create("default.r", SCHEMA);
        for (int file = 0; file < 8; file++) {
            Record[] rows = new Record[4];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = Lake.row(SCHEMA, row(file * rows.length + i));
            }
            lake.append(table, rows);
        }
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private @Nullable Object[] row(int id) {
        LocalDateTime time =
                LocalDateTime.of(2026, 1, 1, 0, 0, 0).plusNanos(random.nextInt(5000) * 1000L);
        @Nullable Object[] row = {
            id,
            random.nextBoolean(),
            random.nextInt(7) - 3L,
            DOUBLES.get(random.nextInt(DOUBLES.size())),
            BigDecimal.valueOf(random.nextInt(9) - 4, 2),
            STRINGS.get(random.nextInt(STRINGS.size())),
            LocalDate.of(2026, 1, 1).plusDays(random.nextInt(4)),
            time,
            time.atOffset(ZoneOffset.UTC),
            Lake.struct(STRUCT, random.nextInt(5) == 0 ? null : (Object) (long) random.nextInt(4))
        };
        for (int i = 1; i < row.length; i++) {
            if (random.nextInt(6) == 0) {
                row[i] = null;
            }
        }
        return row;
    }

    private String condition(int depth) {
        if (depth > 0 && random.nextInt(3) > 0) {
            String left = condition(depth - 1);
            return switch (random.nextInt(3)) {
                case 0 -> "(" + left + " AND " + condition(depth - 1) + ")";
                case 1 -> "(" + left + " OR " + condition(depth - 1) + ")";
                default -> "NOT (" + left + ")";
            };
        }
        String column =
                List.of("b", "l", "d", "m", "s", "y", "ts", "tz", "r.t.n").get(random.nextInt(9));
        String operator = List.of("=", "<>", "<", "<=", ">", ">=").get(random.nextInt(6));
        return switch (random.nextInt(8)) {
            case 0 -> column + " IS NULL";
            case 1 -> column + " IS NOT NULL";
            case 2 -> column + " IN (" + literal(column) + ", " + literal(column) + ")";
            case 3 ->
                    "s LIKE '"
                            + List.of("a%", "%b", "_", "a_", "\uFFFD%").get(random.nextInt(5))
                            + "'";
            case 4 -> literal(column) + " " + operator + " " + column;
            default -> column + " " + operator + " " + literal(column);
        };
    }

    private String literal(String column) {
        return switch (column) {
            case "b" -> random.nextBoolean() ? "TRUE" : "FALSE";
            case "l", "r.t.n" ->
                    List.of("-1", "0", "2", "1.5", "99999999999", "2.0").get(random.nextInt(6));
            case "d" -> List.of("0", "0.1", "1", "-1.5", "1e300", "0e0").get(random.nextInt(6));
            case "m" -> List.of("0", "0.01", "0.005", "-0.04", "12345678.9").get(random.nextInt(5));
            case "s" -> "'" + STRINGS.get(random.nextInt(STRINGS.size())) + "'";
            case "y" -> "DATE '2026-01-0" + (1 + random.nextInt(5)) + "'";
            default -> "TIMESTAMP '2026-01-01 00:00:00.00" + random.nextInt(6) + "'";
        };
    }

    @Test
    void filtersMeanTheSameInTheScan() {
        List<String> conditions = new ArrayList<>();
        StringBuilder select = new StringBuilder("SELECT id");
        for (int i = 0; i < CONDITIONS; i++) {
            conditions.add(condition(2));
            select.append(", ").append(conditions.get(i)).append(" AS c").append(i);
        }
        List<String[]> computed =
                lake.query(select + " FROM r ORDER BY id").stream()
                        .map(row -> row.split("\\|"))
                        .toList();
        for (int i = 0; i < CONDITIONS; i++) {
            int column = i + 1;
            List<String> expected =
                    computed.stream()
                            .filter(row -> row[column].equals("true"))
                            .map(row -> row[0])
                            .toList();
            String query = "SELECT id FROM r WHERE " + conditions.get(i) + " ORDER BY id";
            assertThat(lake.query(query)).as("seed %d: %s", seed, query).isEqualTo(expected);
        }
        assertThat(computed).hasSize(32).allMatch(row -> row.length == CONDITIONS + 1);
        assertThat(Arrays.stream(computed.getFirst()).distinct().count()).isGreaterThan(2);
    }
}
