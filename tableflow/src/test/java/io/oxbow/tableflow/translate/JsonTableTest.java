package io.oxbow.tableflow.translate;

import static io.oxbow.tableflow.MemoryLog.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.TableWorld;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests the translation of JSON records to columns. */
class JsonTableTest {

    private final TableWorld world = new TableWorld().set("table.partition.by", "");

    /** Columns of each row that are not the system's and not null; structs as maps. */
    private List<Object> found() {
        List<Object> all = new ArrayList<>();
        for (Record row : world.rows()) {
            Map<String, @Nullable Object> plain = plain(row);
            plain.keySet()
                    .removeIf(name ->
                            name.startsWith("kafka_")
                                    && !name.startsWith("kafka_value")
                                    && !name.startsWith("kafka_key")
                                    && !name.contains("__"));
            all.add(plain);
        }
        return all;
    }

    private static Map<String, @Nullable Object> plain(Record record) {
        Map<String, @Nullable Object> map = new TreeMap<>();
        for (Types.NestedField field : record.struct().fields()) {
            Object value = record.getField(field.name());
            if (value != null) {
                map.put(field.name(), plainValue(value));
            }
        }
        return map;
    }

    private static @Nullable Object plainValue(@Nullable Object value) {
        return switch (value) {
            case Record nested -> plain(nested);
            case List<?> list -> {
                List<@Nullable Object> plain = new ArrayList<>();
                list.forEach(e -> plain.add(plainValue(e)));
                yield plain;
            }
            case null -> null;
            default -> value;
        };
    }

    private void translate(String... values) {
        world.set("table.value.format", "json");
        world.log.append(0, values);
        world.settle();
    }

    @Test
    void aFractionAfterAWholeNumberHasItsOwnColumn() {
        translate("{\"gap\":5}", "{\"gap\":5.5}", "{\"gap\":6}", "{\"gap\":1e3}");

        assertThat(found())
                .containsExactly(
                        Map.of("gap", 5L),
                        Map.of("gap__double", 5.5),
                        Map.of("gap", 6L),
                        Map.of("gap__double", 1000.0));
    }

    @Test
    void aWholeNumberAfterAFractionIsADoubleWhereThatLosesNothing() {
        translate("{\"v\":5.5}", "{\"v\":6}", "{\"v\":9007199254740993}", "{\"v\":7}");

        assertThat(found())
                .containsExactly(
                        Map.of("v", 5.5),
                        Map.of("v", 6.0),
                        Map.of("v__long", 9007199254740993L),
                        Map.of("v", 7.0));
    }

    @Test
    void typesInConflictPartInColumns() {
        translate(
                "{\"v\":\"a\"}",
                "{\"v\":1}",
                "{\"v\":true}",
                "{\"v\":{\"x\":1}}",
                "{\"v\":[1,2]}",
                "{\"v\":[\"a\"]}",
                "{\"v\":[1,\"a\",{\"b\":null}]}",
                "{\"v\":123456789012345678901234567890}",
                "{\"v\":1e999}",
                "{\"v\":null}",
                "{\"v\":\"b\"}");

        assertThat(found())
                .containsExactly(
                        Map.of("v", "a"),
                        Map.of("v__long", 1L),
                        Map.of("v__boolean", true),
                        Map.of("v__struct", Map.of("x", 1L)),
                        Map.of("v__list_long", List.of(1L, 2L)),
                        Map.of("v__list_string", List.of("a")),
                        Map.of("v__json", "[1,\"a\",{\"b\":null}]"),
                        Map.of(
                                "v__decimal_0",
                                new java.math.BigDecimal("123456789012345678901234567890")),
                        Map.of("v__json", "1E+999"),
                        Map.of(),
                        Map.of("v", "b"));
        assertThat(world.quarantine()).isEmpty();
    }

    @Test
    void fieldsWithoutATypeWait() {
        translate("{\"a\":null,\"b\":{},\"c\":[],\"d\":[null,[]],\"e\":{\"f\":{}}}");
        assertThat(world.table().schema().columns())
                .extracting(Types.NestedField::name)
                .doesNotContain("a", "b", "c", "d", "e");

        translate(
                "{\"a\":1,\"b\":{\"x\":\"y\"},\"c\":[2],\"d\":[null,[3.5]],\"e\":{\"f\":{\"g\":true}}}",
                "{\"b\":{},\"c\":[],\"d\":[null],\"e\":{\"f\":{}}}");

        assertThat(found())
                .containsExactly(
                        Map.of(),
                        Map.of(
                                "a", 1L,
                                "b", Map.of("x", "y"),
                                "c", List.of(2L),
                                "d", Arrays.asList(null, List.of(3.5)),
                                "e", Map.of("f", Map.of("g", true))),
                        Map.of(
                                "b",
                                Map.of(),
                                "c",
                                List.of(),
                                "d",
                                Arrays.asList((Object) null),
                                "e",
                                Map.of("f", Map.of())));
    }

    @Test
    void listsOfObjectsGrowInside() {
        translate(
                "{\"l\":[{\"a\":1},{\"b\":\"x\"},{}]}",
                "{\"l\":[{\"a\":\"one\",\"b\":\"y\"}]}",
                "{\"l\":[1.5,2]}",
                "{\"l\":[[1],[2.5]]}");

        assertThat(found())
                .containsExactly(
                        Map.of("l", List.of(Map.of("a", 1L), Map.of("b", "x"), Map.of())),
                        Map.of("l", List.of(Map.of("a__string", "one", "b", "y"))),
                        Map.of("l__list_double", List.of(1.5, 2.0)),
                        Map.of("l__list_list_double", List.of(List.of(1.0), List.of(2.5))));
    }

    @Test
    void namesThatEnginesCannotTellApartAreToldApart() {
        translate("{\"a.b\":1,\"a\":{\"b\":2},\"A\":3,\"\":4}", "{\"A\":5,\"a.b\":6}");
        translate("{\"a.b\":7,\"A\":8,\"\":9}");

        assertThat(found())
                .containsExactly(
                        Map.of("a_b", 1L, "a", Map.of("b", 2L), "A__2", 3L, "_", 4L),
                        Map.of("A__2", 5L, "a_b", 6L),
                        Map.of("a_b", 7L, "A__2", 8L, "_", 9L));
    }

    @Test
    void aFieldNamedLikeAConflictColumnIsNotMixedUpWithIt() {
        translate("{\"v\":1}", "{\"v\":1.5}", "{\"v\":2.5,\"v__double\":3.5}");

        assertThat(found().get(2)).isEqualTo(Map.of("v__double", 2.5, "v__double__2", 3.5));
    }

    @Test
    void valuesThatAreNoObjectsHaveAColumnOfTheirOwn() {
        translate("{\"a\":1}", "5", "[1,2]", "\"text\"", "null");

        assertThat(found())
                .containsExactly(
                        Map.of("a", 1L),
                        Map.of("kafka_value", 5L),
                        Map.of("kafka_value__list_long", List.of(1L, 2L)),
                        Map.of("kafka_value__string", "text"),
                        Map.of());
        assertThat(world.quarantine()).isEmpty();
    }

    @Test
    void malformedJsonIsQuarantined() {
        translate(
                "{\"a\":1}",
                "{\"a\":",
                "",
                "{\"a\":1}{}",
                "{\"a\":1,\"a\":2}",
                "{'a':1}",
                "{\"a\":NaN}");

        assertThat(found()).containsExactly(Map.of("a", 1L));
        assertThat(world.quarantine())
                .extracting(r -> r.getField("kafka_offset"))
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void deepNestingBecomesText() {
        String deep = "{\"x\":".repeat(40) + "1" + "}".repeat(40);

        translate(deep, deep);

        assertThat(world.rows()).hasSize(2);
        assertThat(world.quarantine()).isEmpty();
    }

    @Test
    void aTableStopsGrowingAtItsBoundAndQuarantinesWhatWantsMore() {
        StringBuilder wide = new StringBuilder("{\"x\":0");
        for (int i = 0; i < 2_100; i++) {
            wide.append(",\"f").append(i).append("\":1");
        }
        translate("{\"x\":1}", wide.append('}').toString(), "{\"x\":2}");

        assertThat(world.rows()).extracting(r -> r.getField("x")).containsExactly(1L, 2L);
        assertThat(world.quarantine().getFirst().getField("error").toString()).contains("fields");
    }

    @Test
    void aFieldNamedLikeASystemColumnStopsCreationAndNamesTheSetting() {
        world.log.append(0, "{\"kafka_offset\":1}");

        assertThatThrownBy(world::settle)
                .isInstanceOf(TableFlowException.class)
                .hasMessageContaining("table.column.prefix");

        world.set("table.column.prefix", "sys_").settle();
        assertThat(world.rows().getFirst().getField("sys_offset")).isEqualTo(0L);
        assertThat(world.rows().getFirst().getField("kafka_offset")).isEqualTo(1L);
    }

    @Test
    void aFieldNamedLikeASystemColumnThatComesLaterStallsNothing() {
        translate("{\"a\":1}");
        translate("{\"a\":2,\"kafka_offset\":7}");

        assertThat(world.rows().get(1).getField("kafka_offset")).isEqualTo(1L);
        assertThat(world.rows().get(1).getField("kafka_offset__long")).isEqualTo(7L);
    }

    @Test
    void autoIsWhatMostValuesAre() {
        world.log.append(0, new SimpleRecord(1L, bytes("k"), (byte[]) null));
        world.settle();
        world.log.append(0, "plain text", "more of it");
        world.settle();
        world.log.append(0, "{\"a\":1}");
        world.settle();

        assertThat(world.table().properties().get(TableProperties.VALUE_FORMAT)).isEqualTo("raw");
        assertThat(world.rows())
                .extracting(r -> r.getField("kafka_value"))
                .containsExactly(
                        null,
                        java.nio.ByteBuffer.wrap(bytes("plain text")),
                        java.nio.ByteBuffer.wrap(bytes("more of it")),
                        java.nio.ByteBuffer.wrap(bytes("{\"a\":1}")));
    }

    @Test
    void jsonKeysAndStringValues() {
        world.set("table.key.format", "json").set("table.value.format", "string");
        world.log.append(
                0,
                new SimpleRecord(1L, bytes("{\"id\":1}"), bytes("é")),
                new SimpleRecord(2L, bytes("7"), bytes("b")),
                new SimpleRecord(3L, bytes("8"), new byte[] {(byte) 0xff}));
        world.settle();

        assertThat(found())
                .containsExactly(
                        Map.of("kafka_key", Map.of("id", 1L), "kafka_value", "é"),
                        Map.of("kafka_key__long", 7L, "kafka_value", "b"));
        assertThat(world.quarantine()).hasSize(1);
    }
}
