package io.oxbow.tableflow.odd;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.tableflow.TableWorld;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules for Avro in docs/types.md, each as translator and verifier see it. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OddAvroTest {

    private static final int GUARD = 1;
    private static final int ODD = 2;

    private final TableWorld world = new TableWorld().set("table.partition.by", "");

    private static Schema schema(String text) {
        Schema.Parser parser = new Schema.Parser();
        parser.setValidateDefaults(false);
        return parser.parse(text);
    }

    private static String record(String name, String... fields) {
        StringBuilder text =
                new StringBuilder(
                        "{\"type\":\"record\",\"name\":\"%s\",\"fields\":[".formatted(name));
        for (int i = 0; i < fields.length; i++) {
            text.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"f%d\",\"type\":%s}".formatted(i, fields[i]));
        }
        return text.append("]}").toString();
    }

    private static String logical(String type, String logical) {
        return "{\"type\":\"%s\",\"logicalType\":\"%s\"}".formatted(type, logical);
    }

    /** Each level is a record that the next uses in two fields. */
    private static String doubling(int levels, String innermost) {
        String again = innermost.startsWith("{") ? "\"Empty\"" : innermost;
        String inner = innermost;
        for (int level = 0; level < levels; level++) {
            inner = record("L" + level, inner, level == 0 ? again : "\"L" + (level - 1) + "\"");
        }
        return inner;
    }

    private static String nested(int levels) {
        String inner = "\"int\"";
        for (int level = 0; level < levels; level++) {
            inner = record("N" + level, inner);
        }
        return inner;
    }

    static String varint(long value) {
        StringBuilder hex = new StringBuilder();
        long left = (value << 1) ^ (value >> 63);
        for (; (left & ~0x7fL) != 0; left >>>= 7) {
            hex.append("%02x".formatted(left & 0x7f | 0x80));
        }
        return hex.append("%02x".formatted(left)).toString();
    }

    private static String decimal(long precision, long scale) {
        return "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":%d,\"scale\":%d}"
                .formatted(precision, scale);
    }

    /** Type of a field, and a body that is not taken. */
    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(decimal(2_000_000_000, 1_999_999_999), "0201"),
                Arguments.of(decimal(3, 1), "0403e8"),
                Arguments.of(decimal(3, 1), "00"),
                Arguments.of(logical("bytes", "big-decimal"), "00"),
                Arguments.of(logical("bytes", "big-decimal"), "0200"),
                Arguments.of(logical("bytes", "big-decimal"), "0cfeffffff0f01"),
                Arguments.of(logical("int", "time-millis"), varint(86_400_000)),
                Arguments.of(logical("int", "time-millis"), "01"),
                Arguments.of(logical("long", "time-micros"), "01"),
                Arguments.of(logical("long", "time-micros"), varint(86_400_000_000L)),
                Arguments.of(logical("int", "date"), "feffffff0f"),
                Arguments.of(logical("int", "date"), "ffffffff0f"),
                Arguments.of(logical("long", "timestamp-millis"), "feffffffffffffffff01"),
                Arguments.of(logical("long", "timestamp-micros"), "feffffffffffffffff01"),
                Arguments.of(logical("long", "local-timestamp-micros"), "ffffffffffffffffff01"),
                Arguments.of(logical("string", "uuid"), "0231"),
                Arguments.of("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", "02"),
                Arguments.of("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", "01"),
                Arguments.of(
                        "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", "808080808000"),
                Arguments.of("[\"null\",\"int\"]", "04"),
                Arguments.of("[\"null\",\"int\"]", "01"),
                Arguments.of("\"boolean\"", "02"),
                Arguments.of("\"int\"", "808080808001"),
                Arguments.of("\"int\"", "8080808010"),
                Arguments.of("\"long\"", "ffffffffffffffffff02"),
                Arguments.of("\"long\"", "ffffffffffffffffffff01"),
                Arguments.of("\"string\"", "02ff"),
                Arguments.of("\"string\"", "06eda080"),
                Arguments.of("\"string\"", "feffffff0f"),
                Arguments.of("\"bytes\"", "01"),
                Arguments.of("{\"type\":\"fixed\",\"name\":\"F\",\"size\":2147483639}", "00"),
                Arguments.of("{\"type\":\"array\",\"items\":\"null\"}", "feffffff0f00"),
                Arguments.of("{\"type\":\"array\",\"items\":\"null\"}", "80897a80897a80897a00"),
                Arguments.of("{\"type\":\"array\",\"items\":" + record("Empty") + "}", "80897a00"),
                Arguments.of(
                        "{\"type\":\"array\",\"items\":[\"null\",\"int\"]}",
                        "ffffffffffffffffff0100"),
                Arguments.of("{\"type\":\"map\",\"values\":\"null\"}", "feffffff0f00"),
                Arguments.of("{\"type\":\"map\",\"values\":\"int\"}", "04026102026104" + "00"),
                Arguments.of("\"int\"", "0202"),
                Arguments.of("\"int\"", ""),
                Arguments.of(doubling(21, "\"int\""), "00"),
                Arguments.of(doubling(21, record("Empty")), ""),
                Arguments.of(record("Self", "\"Self\""), ""),
                Arguments.of(record("Twice", "\"Twice\"", "\"Twice\""), ""),
                Arguments.of(
                        record("Outer", record("Inner", "\"Outer\"", "\"Inner\"", "\"Outer\"")),
                        ""),
                Arguments.of(
                        record("Maybe", "[\"null\",\"Maybe\"]", "\"Maybe\""), "00".repeat(3_000)),
                Arguments.of(nested(70), "02"),
                Arguments.of(
                        record(
                                "W",
                                IntStream.range(0, 2_500)
                                        .mapToObj(i -> "\"int\"")
                                        .toArray(String[]::new)),
                        "00".repeat(2_500)));
    }

    /** Type of a field, and a body that is taken. */
    static Stream<Arguments> taken() {
        return Stream.of(
                Arguments.of(decimal(400, 399), "0201"),
                Arguments.of(decimal(38, 38), "0201"),
                Arguments.of(logical("bytes", "big-decimal"), "06020104"),
                Arguments.of(logical("bytes", "big-decimal"), "0e0201feffffff0f"),
                Arguments.of(logical("int", "time-millis"), varint(86_399_999)),
                Arguments.of(logical("long", "time-micros"), varint(86_399_999_999L)),
                Arguments.of(logical("long", "timestamp-micros"), "01"),
                Arguments.of("\"float\"", "0000c07f"),
                Arguments.of("\"double\"", "000000000000f0ff"),
                Arguments.of("\"double\"", "0000000000000080"),
                Arguments.of("{\"type\":\"array\",\"items\":\"null\"}", "a01f00"),
                Arguments.of("{\"type\":\"array\",\"items\":" + record("Empty") + "}", "0400"),
                Arguments.of(
                        "{\"type\":\"array\",\"items\":[\"null\",\"int\"]}", "04000202" + "00"),
                Arguments.of("{\"type\":\"map\",\"values\":\"int\"}", "0402610202620400"),
                Arguments.of("{\"type\":\"fixed\",\"name\":\"F\",\"size\":0}", ""),
                Arguments.of("{\"type\":\"fixed\",\"name\":\"F\",\"size\":1}", "ff"),
                Arguments.of(record("Empty"), ""),
                Arguments.of("\"null\"", ""),
                Arguments.of("[\"null\"]", "00"),
                Arguments.of(doubling(7, "\"int\""), "02".repeat(128)),
                Arguments.of(nested(40), "02"));
    }

    private byte[] odd(String body) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(ODD).array());
        out.writeBytes(HexFormat.of().parseHex(body));
        return out.toByteArray();
    }

    private void guard(long value) {
        GenericData.Record guard = new GenericData.Record(world.schema(GUARD));
        guard.put("guard", value);
        append(world.avro(GUARD, guard));
    }

    private void append(byte[] value) {
        world.log.append(0, new SimpleRecord(world.log.tick(), null, value));
    }

    private void translate(String type, String body) {
        world.set("table.value.format", "avro");
        world.registry.put(
                GUARD,
                schema(
                        "{\"type\":\"record\",\"name\":\"G\",\"fields\":[{\"name\":\"guard\",\"type\":\"long\"}]}"));
        world.registry.put(ODD, schema(record("R", type)));
        guard(1);
        Judged.settle(world);
        append(odd(body));
        guard(2);
        append(odd(body));
        Judged.settle(world);
        guard(3);
        Judged.settle(world);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void valuesBeyondTheirTypeAreQuarantinedAndLeaveNoTrace(String type, String body) {
        translate(type, body);

        assertThat(Judged.rows(world)).isEqualTo(Set.of(0L, 2L, 4L));
        assertThat(Judged.reasons(world, 1)).singleElement().asString().isNotBlank();
        assertThat(Judged.columns(world))
                .filteredOn(n -> !n.startsWith("kafka_"))
                .containsExactly("guard");
        Judged.assertRight(world);
    }

    @ParameterizedTest
    @MethodSource("taken")
    void oddValuesWithAColumnBecomeRows(String type, String body) {
        translate(type, body);

        assertThat(world.quarantine()).isEmpty();
        assertThat(Judged.rows(world)).hasSize(5);
        Judged.assertRight(world);
    }

    @Test
    void aListOfWhatItStandsInIsTextInOneColumn() {
        Schema tree =
                schema(
                        "{\"type\":\"record\",\"name\":\"T\",\"fields\":[{\"name\":\"v\",\"type\":\"int\"},"
                                + "{\"name\":\"children\",\"type\":{\"type\":\"array\",\"items\":\"T\"}},"
                                + "{\"name\":\"byName\",\"type\":{\"type\":\"map\",\"values\":[\"null\",\"T\"]}},"
                                + "{\"name\":\"lists\",\"type\":[\"null\",{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":\"T\"}}]}]}");
        world.registry.put(GUARD, tree);
        for (int round = 0; round < 3; round++) {
            GenericData.Record leaf = new GenericData.Record(tree);
            leaf.put("v", 2);
            leaf.put("children", java.util.List.of());
            leaf.put("byName", java.util.Map.of());
            GenericData.Record top = new GenericData.Record(tree);
            top.put("v", 1);
            top.put("children", java.util.List.of(leaf, leaf));
            top.put("byName", java.util.Map.of("a", leaf));
            top.put("lists", java.util.List.of(java.util.List.of(leaf)));
            append(world.avro(GUARD, top));
            append(world.avro(GUARD, leaf));
            Judged.settle(world);
        }

        assertThat(Judged.columns(world))
                .filteredOn(n -> !n.startsWith("kafka_"))
                .containsExactly("v", "children", "byName", "lists");
        assertThat(world.rows().getFirst().getField("children"))
                .isEqualTo(
                        "[{\"v\":2,\"children\":[],\"byName\":{},\"lists\":null},{\"v\":2,\"children\":[],\"byName\":{},\"lists\":null}]");
        assertThat(world.quarantine()).isEmpty();
        Judged.assertRight(world);
    }

    private static final String LONG = "{\"name\":\"%s\",\"type\":\"long\"%s}";

    private void appendOf(int id, String fields, Object... values) {
        world.registry.put(
                id, schema("{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}"));
        GenericData.Record datum = new GenericData.Record(world.schema(id));
        for (int i = 0; i < values.length; i++) {
            datum.put(i, values[i]);
        }
        append(world.avro(id, datum));
        Judged.settle(world);
    }

    @Test
    void theColumnsOfAFieldThatTookAnothersColumnAlongBelongToOneField() {
        world.set("table.value.format", "avro");
        String alias = ",\"aliases\":[\"b\"]";
        appendOf(1, LONG.formatted("b", ""), 1L);
        appendOf(2, "{\"name\":\"a\",\"type\":\"string\"" + alias + "}", "two");
        appendOf(1, LONG.formatted("b", ""), 3L);
        appendOf(3, LONG.formatted("a", ""), 4L);

        assertThat(Judged.columns(world)).contains("a", "a__string").doesNotContain("b");
        assertThat(world.rows())
                .extracting(row -> row.getField("a"))
                .containsExactly(1L, null, 3L, 4L);
        Judged.assertRight(world);
    }

    @Test
    void noTwoFieldsOfARecordGoToOneColumn() {
        world.set("table.value.format", "avro");
        String alias = ",\"aliases\":[\"b\"]";
        appendOf(1, LONG.formatted("b", ""), 1L);
        appendOf(2, LONG.formatted("b", "") + "," + LONG.formatted("a", alias), 2L, 20L);

        assertThat(world.rows()).extracting(row -> row.getField("b")).containsExactly(1L, 2L);
        assertThat(world.rows()).extracting(row -> row.getField("a")).containsExactly(null, 20L);

        appendOf(3, LONG.formatted("c", ",\"aliases\":[\"b\"]"), 30L);
        appendOf(4, LONG.formatted("b", "") + "," + LONG.formatted("c", ""), 4L, 40L);

        assertThat(world.quarantine()).isEmpty();
        assertThat(world.rows())
                .extracting(row -> row.getField("c"))
                .containsExactly(1L, 2L, 30L, 40L);
        assertThat(world.rows().getLast().getField("b__long")).isEqualTo(4L);
        Judged.assertRight(world);
    }
}
