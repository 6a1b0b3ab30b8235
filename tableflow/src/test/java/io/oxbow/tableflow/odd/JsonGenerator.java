package io.oxbow.tableflow.odd;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes JSON text that is odd now and then: in its names, its numbers, its shape, its bytes. */
final class JsonGenerator {

    private static final List<String> NAMES =
            List.of(
                    "a",
                    "b",
                    "A",
                    "a.b",
                    "a_b",
                    "a b",
                    "a_x20b",
                    "1",
                    "_1",
                    "",
                    " ",
                    ".",
                    "_",
                    "id",
                    "id_bucket",
                    "guard__string",
                    "element",
                    "key",
                    "value",
                    "list",
                    "kafka_offset",
                    "kafka_key",
                    "kafka_timestamp_day",
                    "a__long",
                    "a__json",
                    "\u00e9",
                    "\u00c9",
                    "e\u0301",
                    "\ud83d\ude00",
                    "\\u0000key",
                    "\\u0000",
                    "\\ufeff",
                    "\u202e",
                    "\\ud83d",
                    "\u4f60",
                    "n".repeat(255),
                    "n".repeat(300),
                    "x/y",
                    "x[0]",
                    "'",
                    "\\\"",
                    "`");

    private static final List<String> SCALARS =
            List.of(
                    "0",
                    "-0",
                    "1",
                    "-1",
                    "3",
                    "1.5",
                    "1.0",
                    "-0.0",
                    "1e3",
                    "1E400",
                    "1e-400",
                    "0e0",
                    "0E-20",
                    "9007199254740993",
                    "9223372036854775807",
                    "-9223372036854775808",
                    "9223372036854775808",
                    "99999999999999999999999999999999999999",
                    "100000000000000000000000000000000000000",
                    "1E2147483647",
                    "1E2147483649",
                    "1E-2147483649",
                    "1E9999",
                    "1E10001",
                    "5e-324",
                    "1.7976931348623157e308",
                    "0.1",
                    "123456789.123456789123456789",
                    "true",
                    "false",
                    "null",
                    "\"\"",
                    "\"a\"",
                    "\"\\ud83d\\ude00\"",
                    "\"\\ud83d\"",
                    "\"\\ude00\\ud83d\"",
                    "\"\\\\ud83d\"",
                    "\"\\u0000\"",
                    "\"\ud83d\ude00\"",
                    "\"2024-01-01\"",
                    "\"\uffff\"",
                    "\"\udbff\udfff\"",
                    "NaN",
                    "01",
                    "'a'",
                    "[]",
                    "{}");

    private final RandomGenerator random;

    JsonGenerator(RandomGenerator random) {
        this.random = random;
    }

    /** Returns the text of a record that carries a guard, unless the text is broken. */
    byte[] record() {
        byte[] text = text().getBytes(StandardCharsets.UTF_8);
        return random.nextInt(6) == 0 ? new ByteMutator(random).mutate(text) : text;
    }

    private String text() {
        return switch (random.nextInt(20)) {
            case 0 -> pick(SCALARS);
            case 1 -> array(3);
            case 2 -> "{\"d\":".repeat(random.nextInt(600)) + "1" + "}".repeat(random.nextInt(600));
            case 3 -> deep();
            case 4 -> wide(random.nextInt(400), "w");
            case 5 -> wide(random.nextInt(2_600), "w" + random.nextInt(3) + "_");
            case 6 ->
                    "{\"l\":["
                            + wide(random.nextInt(300), "e")
                            + ",{}".repeat(random.nextInt(5_000))
                            + "]}";
            case 7 -> "\ufeff" + object(3);
            default -> object(4);
        };
    }

    private String deep() {
        int levels = random.nextInt(400);
        boolean arrays = random.nextBoolean();
        String open = arrays ? "[" : "{\"y\":[{\"z\":";
        String close = arrays ? "]" : "}]}";
        return "{\"deep\":" + open.repeat(levels) + pick(SCALARS) + close.repeat(levels) + "}";
    }

    private String wide(int keys, String prefix) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < keys; i++) {
            text.append(i == 0 ? "" : ",")
                    .append('"')
                    .append(prefix)
                    .append(i)
                    .append("\":")
                    .append(i);
        }
        return text.append('}').toString();
    }

    private String value(int depth) {
        int kind = random.nextInt(depth > 0 ? 10 : 7);
        return kind < 7 ? pick(SCALARS) : kind < 9 ? object(depth - 1) : array(depth - 1);
    }

    private String object(int depth) {
        StringBuilder text = new StringBuilder("{");
        int fields = random.nextInt(7);
        for (int i = 0; i < fields; i++) {
            text.append(i == 0 ? "" : ",");
            text.append('"').append(pick(NAMES)).append("\":").append(value(depth));
        }
        return text.append('}').toString();
    }

    private String array(int depth) {
        StringBuilder text = new StringBuilder("[");
        int elements = random.nextInt(5);
        String same = random.nextBoolean() ? value(depth) : null;
        for (int i = 0; i < elements; i++) {
            text.append(i == 0 ? "" : ",").append(same == null ? value(depth) : same);
        }
        return text.append(']').toString();
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
