package io.oxbow.tableflow.translate;

import static io.oxbow.tableflow.MemoryLog.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.tableflow.TableWorld;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.data.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the translation of Avro records to columns. */
class AvroTableTest {

    private final TableWorld world = new TableWorld().set("table.partition.by", "");

    private static Schema record(String fields) {
        return new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}");
    }

    private static GenericData.Record datum(Schema schema, @Nullable Object... values) {
        GenericData.Record datum = new GenericData.Record(schema);
        for (int i = 0; i < values.length; i++) {
            datum.put(i, values[i]);
        }
        return datum;
    }

    private void append(int schemaId, Object datum) {
        world.log.append(0, new SimpleRecord(world.log.tick(), null, world.avro(schemaId, datum)));
    }

    private void append(int schemaId, Schema schema, @Nullable Object... values) {
        world.registry.put(schemaId, schema);
        append(schemaId, datum(schema, values));
    }

    static Stream<Arguments> types() {
        UUID uuid = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");
        byte[] uuidBytes =
                ByteBuffer.allocate(16)
                        .putLong(uuid.getMostSignificantBits())
                        .putLong(uuid.getLeastSignificantBits())
                        .array();
        String fixed16 =
                "{\"type\":\"fixed\",\"name\":\"F16\",\"size\":16,\"logicalType\":\"uuid\"}";
        String fixed4 = "{\"type\":\"fixed\",\"name\":\"F4\",\"size\":4}";
        String fixedDecimal =
                "{\"type\":\"fixed\",\"name\":\"FD\",\"size\":8,\"logicalType\":\"decimal\",\"precision\":18,\"scale\":4}";
        return Stream.of(
                Arguments.of("\"boolean\"", true, "boolean", true),
                Arguments.of("\"int\"", -7, "int", -7),
                Arguments.of("\"long\"", Long.MIN_VALUE, "long", Long.MIN_VALUE),
                Arguments.of("\"float\"", 1.5f, "float", 1.5f),
                Arguments.of("\"double\"", Double.MAX_VALUE, "double", Double.MAX_VALUE),
                Arguments.of("\"string\"", "größe 🎈", "string", "größe 🎈"),
                Arguments.of(
                        "\"bytes\"",
                        ByteBuffer.wrap(new byte[] {0, -1}),
                        "binary",
                        ByteBuffer.wrap(new byte[] {0, -1})),
                Arguments.of(
                        "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}",
                        new GenericData.EnumSymbol(
                                Schema.createEnum("E", null, null, List.of("A", "B")), "B"),
                        "string",
                        "B"),
                Arguments.of(
                        fixed4,
                        new GenericData.Fixed(
                                new Schema.Parser().parse(fixed4), new byte[] {1, 2, 3, 4}),
                        "fixed[4]",
                        new byte[] {1, 2, 3, 4}),
                Arguments.of(logical("int", "date"), 20_000, "date", LocalDate.ofEpochDay(20_000)),
                Arguments.of(logical("int", "date"), -1, "date", LocalDate.of(1969, 12, 31)),
                Arguments.of(
                        logical("int", "time-millis"),
                        3_661_001,
                        "time",
                        LocalTime.of(1, 1, 1, 1_000_000)),
                Arguments.of(
                        logical("long", "time-micros"),
                        3_661_000_001L,
                        "time",
                        LocalTime.of(1, 1, 1, 1_000)),
                Arguments.of(
                        logical("long", "timestamp-millis"),
                        1_700_000_000_123L,
                        "timestamptz",
                        OffsetDateTime.parse("2023-11-14T22:13:20.123Z")),
                Arguments.of(
                        logical("long", "timestamp-micros"),
                        -1L,
                        "timestamptz",
                        OffsetDateTime.parse("1969-12-31T23:59:59.999999Z")),
                Arguments.of(
                        logical("long", "timestamp-nanos"),
                        1_700_000_000_123_456_789L,
                        "long",
                        1_700_000_000_123_456_789L),
                Arguments.of(
                        logical("long", "local-timestamp-millis"),
                        1_700_000_000_123L,
                        "timestamp",
                        LocalDateTime.parse("2023-11-14T22:13:20.123")),
                Arguments.of(
                        logical("long", "local-timestamp-micros"),
                        1_700_000_000_123_456L,
                        "timestamp",
                        LocalDateTime.parse("2023-11-14T22:13:20.123456")),
                Arguments.of(logical("long", "local-timestamp-nanos"), 5L, "long", 5L),
                Arguments.of(logical("string", "uuid"), uuid.toString(), "uuid", uuid),
                Arguments.of(
                        fixed16,
                        new GenericData.Fixed(new Schema.Parser().parse(fixed16), uuidBytes),
                        "uuid",
                        uuid),
                Arguments.of(
                        "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}",
                        ByteBuffer.wrap(new BigDecimal("-12.34").unscaledValue().toByteArray()),
                        "decimal(9, 2)",
                        new BigDecimal("-12.34")),
                Arguments.of(
                        "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":38,\"scale\":3}",
                        ByteBuffer.wrap(
                                new BigDecimal("12345678901234567890123456789012345.678")
                                        .unscaledValue()
                                        .toByteArray()),
                        "decimal(38, 3)",
                        new BigDecimal("12345678901234567890123456789012345.678")),
                Arguments.of(
                        fixedDecimal,
                        new GenericData.Fixed(
                                new Schema.Parser().parse(fixedDecimal),
                                ByteBuffer.allocate(8).putLong(-123_456L).array()),
                        "decimal(18, 4)",
                        new BigDecimal("-12.3456")),
                Arguments.of(
                        "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":50,\"scale\":1}",
                        ByteBuffer.wrap(
                                new BigDecimal("1234567890123456789012345678901234567890.5")
                                        .unscaledValue()
                                        .toByteArray()),
                        "string",
                        "1234567890123456789012345678901234567890.5"),
                Arguments.of("[\"null\",\"long\"]", 4L, "long", 4L),
                Arguments.of("[\"long\",\"null\"]", 4L, "long", 4L),
                Arguments.of(
                        "{\"type\":\"array\",\"items\":[\"null\",\"int\"]}",
                        java.util.Arrays.asList(1, null, 3),
                        "list<int>",
                        java.util.Arrays.asList(1, null, 3)),
                Arguments.of(
                        "{\"type\":\"map\",\"values\":\"double\"}",
                        Map.of("x", 1.5),
                        "map<string, double>",
                        Map.of("x", 1.5)));
    }

    private static String logical(String type, String logical) {
        return "{\"type\":\"%s\",\"logicalType\":\"%s\"}".formatted(type, logical);
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeGoesThroughParquetAndBack(
            String avro, Object written, String type, Object expected) {
        append(1, record("{\"name\":\"f\",\"type\":" + avro + "}"), written);

        world.settle();

        assertThat(world.quarantine()).isEmpty();
        assertThat(world.table().schema().findField("f").type()).hasToString(type);
        assertThat(world.rows().getFirst().getField("f")).isEqualTo(expected);
    }

    @Test
    void aUnionOfSeveralIsAStructWithAMemberPerBranch() {
        Schema schema = record("{\"name\":\"u\",\"type\":[\"null\",\"int\",\"string\"]}");
        append(1, schema, 5);
        append(1, schema, "five");
        append(1, schema, (Object) null);

        world.settle();

        List<Record> rows = world.rows();
        assertThat(((Record) rows.get(0).getField("u")).getField("int")).isEqualTo(5);
        assertThat(((Record) rows.get(0).getField("u")).getField("string")).isNull();
        assertThat(((Record) rows.get(1).getField("u")).getField("string")).isEqualTo("five");
        assertThat(rows.get(2).getField("u")).isNull();
    }

    @Test
    void aTypeThatHoldsItselfIsJsonTextWhereItComesRound() {
        Schema tree =
                new Schema.Parser()
                        .parse(
                                "{\"type\":\"record\",\"name\":\"T\",\"fields\":[{\"name\":\"v\",\"type\":\"int\"},{\"name\":\"next\",\"type\":[\"null\",\"T\"]}]}");
        GenericData.Record leaf = datum(tree, 3, null);
        GenericData.Record middle = datum(tree, 2, leaf);
        append(1, tree, 1, middle);

        world.settle();

        assertThat(world.rows().getFirst().getField("v")).isEqualTo(1);
        assertThat(world.rows().getFirst().getField("next"))
                .isEqualTo("{\"v\":2,\"next\":{\"T\":{\"v\":3,\"next\":null}}}");
    }

    @Test
    void nestedRecordsListsAndMapsOfRecordsAreRead() {
        Schema schema =
                record(
                        "{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"I\",\"fields\":[{\"name\":\"x\",\"type\":\"long\"}]}}},"
                                + "{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":\"I\"}},{\"name\":\"s\",\"type\":\"I\"},{\"name\":\"nothing\",\"type\":\"null\"}");
        Schema item = schema.getField("s").schema();
        append(
                1,
                schema,
                List.of(datum(item, 1L), datum(item, 2L)),
                Map.of("k", datum(item, 3L)),
                datum(item, 4L),
                null);

        world.settle();

        Record row = world.rows().getFirst();
        assertThat(((Record) ((List<?>) row.getField("a")).get(1)).getField("x")).isEqualTo(2L);
        assertThat(row.getField("m").toString()).isEqualTo("{k=Record(3)}");
        assertThat(((Record) row.getField("s")).getField("x")).isEqualTo(4L);
        assertThat(world.table().schema().findField("nothing")).isNull();
    }

    @Test
    void aKeyInTheWireFormatIsDecoded() {
        world.registry.put(9, Schema.create(Schema.Type.LONG));
        world.log.append(
                0, new SimpleRecord(world.log.tick(), world.avro(9, 77L), bytes("{\"a\":1}")));

        world.settle();

        assertThat(world.rows().getFirst().getField("kafka_key")).isEqualTo(77L);
    }

    @Test
    void aSchemaEvolvesWithoutStalling() {
        append(
                1,
                record(
                        "{\"name\":\"id\",\"type\":\"int\"},{\"name\":\"gone\",\"type\":\"string\"},{\"name\":\"f\",\"type\":\"float\"}"),
                1,
                "x",
                0.5f);
        world.settle();
        append(
                2,
                record(
                        "{\"name\":\"f\",\"type\":\"double\"},{\"name\":\"added\",\"type\":[\"null\",\"string\"]},{\"name\":\"id\",\"type\":\"long\"}"),
                0.25,
                "new",
                1L << 40);
        append(1, datum(world.schema(1), 3, "y", 1.5f));
        world.settle();

        assertThat(world.rows())
                .extracting(
                        r -> r.getField("id"),
                        r -> r.getField("f"),
                        r -> r.getField("gone"),
                        r -> r.getField("added"))
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(1L, 0.5, "x", null),
                        org.assertj.core.api.Assertions.tuple(1L << 40, 0.25, null, "new"),
                        org.assertj.core.api.Assertions.tuple(3L, 1.5, "y", null));
    }

    @Test
    void wideningInTheMiddleOfARoundKeepsTheRowsBeforeIt() {
        append(1, record("{\"name\":\"id\",\"type\":\"int\"}"), 1);
        append(2, record("{\"name\":\"id\",\"type\":\"long\"}"), 1L << 40);
        append(1, datum(world.schema(1), 3));

        world.settle();

        assertThat(world.rows())
                .extracting(r -> r.getField("id"))
                .containsExactly(1L, 1L << 40, 3L);
    }

    @Test
    void decimalsGrowInPrecisionAndPartInScale() {
        String decimal =
                "{\"name\":\"d\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":%d,\"scale\":%d}}";
        append(1, record(decimal.formatted(5, 2)), ByteBuffer.wrap(new byte[] {123}));
        append(2, record(decimal.formatted(9, 2)), ByteBuffer.wrap(new byte[] {124}));
        append(3, record(decimal.formatted(9, 4)), ByteBuffer.wrap(new byte[] {125}));

        world.settle();

        assertThat(world.table().schema().findField("d").type()).hasToString("decimal(9, 2)");
        assertThat(world.rows())
                .extracting(r -> r.getField("d"), r -> r.getField("d__decimal_4"))
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(new BigDecimal("1.23"), null),
                        org.assertj.core.api.Assertions.tuple(new BigDecimal("1.24"), null),
                        org.assertj.core.api.Assertions.tuple(null, new BigDecimal("0.0125")));
    }

    @Test
    void anAliasTakesTheColumnAlong() {
        append(1, record("{\"name\":\"old\",\"type\":\"string\"}"), "a");
        world.settle();
        int id = world.table().schema().findField("old").fieldId();
        append(2, record("{\"name\":\"new\",\"type\":\"string\",\"aliases\":[\"old\"]}"), "b");
        append(1, datum(world.schema(1), "c"));
        world.settle();

        assertThat(world.table().schema().findField("new").fieldId()).isEqualTo(id);
        assertThat(world.table().schema().findField("old")).isNull();
        assertThat(world.rows()).extracting(r -> r.getField("new")).containsExactly("a", "b", "c");
    }

    @Test
    void aTypeThatCannotBePromotedOpensAColumnOfItsOwn() {
        append(1, record("{\"name\":\"v\",\"type\":\"string\"}"), "a");
        append(2, record("{\"name\":\"v\",\"type\":\"long\"}"), 2L);
        append(
                3,
                record("{\"name\":\"v\",\"type\":{\"type\":\"array\",\"items\":\"int\"}}"),
                List.of(3));

        world.settle();

        List<Object> found = new ArrayList<>();
        world.rows()
                .forEach(r -> {
                    Map<String, Object> row = new HashMap<>();
                    for (String c : List.of("v", "v__long", "v__list_int")) {
                        if (r.getField(c) != null) {
                            row.put(c, r.getField(c));
                        }
                    }
                    found.add(row);
                });
        assertThat(found)
                .containsExactly(
                        Map.of("v", "a"), Map.of("v__long", 2L), Map.of("v__list_int", List.of(3)));
        assertThat(world.quarantine()).isEmpty();
    }

    @Test
    void malformedAvroGoesToQuarantineWithItsReason() {
        Schema schema = record("{\"name\":\"s\",\"type\":\"string\"}");
        append(1, schema, "good");
        byte[] hugeLength = {0, 0, 0, 0, 1, -1, -1, -1, -1, 15};
        byte[] trailing = java.util.Arrays.copyOf(world.avro(1, datum(schema, "x")), 12);
        byte[] unknownSchema = {0, 0, 0, 0, 77, 0};
        byte[] notWire = bytes("plain");
        world.log.append(
                0,
                new SimpleRecord(1L, null, hugeLength),
                new SimpleRecord(2L, null, trailing),
                new SimpleRecord(3L, null, unknownSchema),
                new SimpleRecord(4L, bytes("k"), notWire));
        append(1, datum(schema, "good too"));

        world.settle();

        assertThat(world.rows())
                .extracting(r -> r.getField("s"))
                .containsExactly("good", "good too");
        assertThat(world.quarantine())
                .extracting(
                        r -> r.getField("kafka_offset"),
                        r -> r.getField("schema_id"),
                        r -> r.getField("kafka_value"))
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(1L, 1, ByteBuffer.wrap(hugeLength)),
                        org.assertj.core.api.Assertions.tuple(2L, 1, ByteBuffer.wrap(trailing)),
                        org.assertj.core.api.Assertions.tuple(
                                3L, 77, ByteBuffer.wrap(unknownSchema)),
                        org.assertj.core.api.Assertions.tuple(4L, null, ByteBuffer.wrap(notWire)));
        assertThat(world.quarantine().get(2).getField("error").toString()).contains("schema 77");
    }
}
