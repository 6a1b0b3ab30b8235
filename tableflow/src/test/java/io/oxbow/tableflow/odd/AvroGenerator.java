package io.oxbow.tableflow.odd;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.avro.Schema;

/**
 * Makes schemas that share little but some names, so that any two look like an odd evolution. Makes
 * data for them, up to the bounds of their types and over them.
 */
final class AvroGenerator {

    private static final int BYTES_MAX = 20_000;

    /**
     * Most values written for one record: records that hold themselves can have no end and no
     * bytes.
     */
    private static final int VALUES_MAX = 200_000;

    private static final List<String> NAMES =
            List.of(
                    "a",
                    "b",
                    "A",
                    "id",
                    "id_bucket",
                    "kafka_offset",
                    "element",
                    "key",
                    "a__long",
                    "next",
                    "_1",
                    "t",
                    "n".repeat(255),
                    "n".repeat(3_000));

    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        63,
        64,
        127,
        -128,
        86_399_999,
        86_400_000,
        86_399_999_999L,
        86_400_000_000L,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        253_402_300_799_999L,
        253_402_300_800_000L,
        -62_135_596_800_001L,
        253_402_300_799_999_999L,
        253_402_300_800_000_000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        2_932_896,
        2_932_897,
        -719_163
    };

    private final RandomGenerator random;
    private int named;
    private List<String> defined = new ArrayList<>();
    private int values;

    AvroGenerator(RandomGenerator random) {
        this.random = random;
    }

    /** A schema that Avro parses, of a record more often than not. */
    Schema schema() {
        while (true) {
            named = 0;
            defined = new ArrayList<>();
            try {
                Schema.Parser parser = new Schema.Parser();
                parser.setValidateDefaults(false);
                return parser.parse(
                        random.nextInt(12) == 0 ? doubling() : type(4, random.nextInt(8) > 0));
            } catch (org.apache.avro.AvroRuntimeException e) {
                // Two branches of one kind and the like: another one, then.
            }
        }
    }

    private String doubling() {
        int levels = random.nextInt(25);
        String inner = "\"int\"";
        for (int level = 0; level < levels; level++) {
            String again = level == 0 ? "\"int\"" : "\"D" + (level - 1) + "\"";
            inner =
                    "{\"type\":\"record\",\"name\":\"D%d\",\"fields\":[{\"name\":\"l\",\"type\":%s},{\"name\":\"r\",\"type\":%s}]}"
                            .formatted(level, inner, again);
        }
        return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"d\",\"type\":%s}]}"
                .formatted(inner);
    }

    private String type(int depth, boolean record) {
        if (record) {
            return record(depth);
        }
        return switch (random.nextInt(depth > 0 ? 20 : 13)) {
            case 0 -> "\"null\"";
            case 1 -> "\"boolean\"";
            case 2 -> "\"int\"";
            case 3 -> "\"long\"";
            case 4 -> random.nextBoolean() ? "\"float\"" : "\"double\"";
            case 5, 6 -> "\"string\"";
            case 7 -> "\"bytes\"";
            case 8 -> logical("int", List.of("date", "time-millis"));
            case 9 ->
                    logical(
                            "long",
                            List.of(
                                    "time-micros",
                                    "timestamp-millis",
                                    "timestamp-micros",
                                    "timestamp-nanos",
                                    "local-timestamp-millis"));
            case 10 -> decimal();
            case 11 ->
                    random.nextBoolean()
                            ? logical("bytes", List.of("big-decimal"))
                            : logical("string", List.of("uuid"));
            case 12 ->
                    defined.isEmpty() || random.nextBoolean()
                            ? fixedOrEnum()
                            : "\"" + defined.get(random.nextInt(defined.size())) + "\"";
            case 13, 14 -> "{\"type\":\"array\",\"items\":%s}".formatted(type(depth - 1, false));
            case 15 -> "{\"type\":\"map\",\"values\":%s}".formatted(type(depth - 1, false));
            case 16, 17 -> union(depth - 1);
            default -> record(depth - 1);
        };
    }

    private String logical(String type, List<String> names) {
        return "{\"type\":\"%s\",\"logicalType\":\"%s\"}"
                .formatted(type, names.get(random.nextInt(names.size())));
    }

    private String decimal() {
        int precision = random.nextInt(6) == 0 ? Integer.MAX_VALUE : random.nextInt(1, 60);
        return "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":%d,\"scale\":%d}"
                .formatted(precision, random.nextInt(Math.min(precision, 1_000_000)));
    }

    private String fixedOrEnum() {
        String name = "X" + named++;
        defined.add(name);
        String symbol = "B".repeat(random.nextInt(6) == 0 ? 20_000 : 1);
        return random.nextBoolean()
                ? "{\"type\":\"fixed\",\"name\":\"%s\",\"size\":%d}"
                        .formatted(name, random.nextInt(9) == 0 ? 1 << 30 : random.nextInt(20))
                : "{\"type\":\"enum\",\"name\":\"%s\",\"symbols\":[\"A\",\"%s\"]}"
                        .formatted(name, symbol);
    }

    private String union(int depth) {
        Set<String> branches = new LinkedHashSet<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            branches.add(random.nextBoolean() ? "\"null\"" : type(depth, false));
        }
        return "[" + String.join(",", branches) + "]";
    }

    private String record(int depth) {
        String name = named == 0 ? "R" : "R" + named;
        named++;
        defined.add(name);
        Set<String> names = new LinkedHashSet<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            names.add(NAMES.get(random.nextInt(NAMES.size())));
        }
        List<String> fields = new ArrayList<>();
        for (String field : names) {
            String alias =
                    random.nextInt(8) == 0
                            ? ",\"aliases\":[\"%s\"]"
                                    .formatted(NAMES.get(random.nextInt(NAMES.size())))
                            : "";
            fields.add(
                    "{\"name\":\"%s\",\"type\":%s%s}".formatted(field, type(depth, false), alias));
        }
        return "{\"type\":\"record\",\"name\":\"%s\",\"fields\":[%s]}"
                .formatted(name, String.join(",", fields));
    }

    /** Data of a schema with its id before it; damaged now and then. */
    byte[] record(int id, Schema schema) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        values = 0;
        write(schema, out, 0);
        byte[] data = out.toByteArray();
        if (random.nextInt(4) == 0) {
            data = new ByteMutator(random).mutate(data);
        }
        return java.nio.ByteBuffer.allocate(5 + data.length)
                .put((byte) 0)
                .putInt(id)
                .put(data)
                .array();
    }

    private void write(Schema schema, ByteArrayOutputStream out, int depth) {
        if (out.size() > BYTES_MAX || ++values > VALUES_MAX) {
            return; // it ends too early, then
        }
        switch (schema.getType()) {
            case NULL -> {}
            case BOOLEAN -> out.write(random.nextInt(2));
            case INT -> varint(out, (int) number());
            case LONG -> varint(out, number());
            case FLOAT -> bytes(out, 4);
            case DOUBLE -> bytes(out, 8);
            case ENUM -> varint(out, random.nextInt(schema.getEnumSymbols().size()));
            case FIXED -> bytes(out, Math.min(schema.getFixedSize(), 100));
            case BYTES -> {
                int size = random.nextInt(6);
                varint(out, size);
                bytes(out, size);
            }
            case STRING -> string(schema, out);
            case ARRAY -> {
                block(schema.getElementType(), out, depth, false);
                out.write(0);
            }
            case MAP -> {
                block(schema.getValueType(), out, depth, true);
                out.write(0);
            }
            case UNION -> {
                int branches = schema.getTypes().size();
                int branch = depth > 30 ? 0 : random.nextInt(branches);
                varint(out, branch);
                write(schema.getTypes().get(branch), out, depth + 1);
            }
            case RECORD -> {
                if (depth <= 300) {
                    schema.getFields().forEach(field -> write(field.schema(), out, depth + 1));
                }
            }
        }
    }

    private void string(Schema schema, ByteArrayOutputStream out) {
        String text =
                schema.getLogicalType() != null && random.nextInt(4) > 0
                        ? new java.util.UUID(random.nextLong(), random.nextLong()).toString()
                        : List.of(
                                        "",
                                        "a",
                                        "\u00e9",
                                        "\ud83d\ude00",
                                        "\u0000",
                                        "\udbff\udfff".repeat(20))
                                .get(random.nextInt(6));
        byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        varint(out, utf8.length);
        out.writeBytes(utf8);
    }

    private void block(Schema element, ByteArrayOutputStream out, int depth, boolean keyed) {
        int count =
                depth > 30
                        ? 0
                        : random.nextInt(20) == 0 ? random.nextInt(30_000) : random.nextInt(3);
        if (count == 0) {
            return;
        }
        varint(out, count);
        for (int i = 0; i < count && out.size() < BYTES_MAX; i++) {
            if (keyed) {
                varint(out, 1);
                out.write('a' + random.nextInt(20));
            }
            write(element, out, depth + 1);
        }
    }

    private long number() {
        return random.nextInt(3) == 0
                ? NUMBERS[random.nextInt(NUMBERS.length)]
                : random.nextInt(1_000);
    }

    private void bytes(ByteArrayOutputStream out, int count) {
        for (int i = 0; i < count; i++) {
            out.write(random.nextInt(8) == 0 ? random.nextInt(256) : 0);
        }
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long left = (value << 1) ^ (value >> 63);
        for (; (left & ~0x7fL) != 0; left >>>= 7) {
            out.write((int) (left & 0x7f | 0x80));
        }
        out.write((int) left);
    }
}
