package io.oxbow.tableflow.odd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.oxbow.tableflow.MemoryLog;
import io.oxbow.tableflow.config.Format;
import io.oxbow.tableflow.record.LogRecord;
import io.oxbow.tableflow.shape.EvolutionRefusedException;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.value.BadRecordException;
import io.oxbow.tableflow.value.Formats;
import io.oxbow.tableflow.value.RowDecoder;
import io.oxbow.tableflow.write.Row;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Counts the memory that records take while they become rows, for those of each kind that make most
 * of their bytes. The bounds are those of decision 0017.
 */
class TranslationMemoryTest {

    private static final int[] SIZES = {100, 10_000, 300_000};

    /** Bounds on the memory of a row with its record. */
    private static final long ROW_FREE = 3L << 20;

    private static final long ROW_PER_BYTE = 128;

    /** Bounds on all that is allocated for a record until it is a row or refused. */
    private static final long ALLOCATED_FREE = 8L << 20;

    private static final long ALLOCATED_PER_BYTE = 640;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * A kind of record.
     *
     * @param schema of Avro; null for JSON
     * @param first makes the columns that the others use
     * @param ofSize makes one of about so many bytes
     */
    private record Kind(
            String name, @Nullable String schema, LogRecord first, IntFunction<LogRecord> ofSize) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static LogRecord record(byte @Nullable [] value, List<LogRecord.Header> headers) {
        return new LogRecord(0, 0, 0, 0, null, value, headers, null);
    }

    private static LogRecord json(String text) {
        return record(MemoryLog.bytes(text), List.of());
    }

    private static Kind json(String name, String first, IntFunction<String> ofSize) {
        return new Kind(name, null, json(first), size -> json(ofSize.apply(size)));
    }

    /** Repeats an element as often as the size allows. */
    private static Kind list(String name, String first, String element) {
        return json(
                name,
                "{\"l\":[" + first + "]}",
                size ->
                        "{\"l\":["
                                + (element + ",").repeat(size / (element.length() + 1))
                                + element
                                + "]}");
    }

    private static String wide(int keys) {
        return IntStream.range(0, keys)
                .mapToObj(i -> "\"k%d\":%d".formatted(i, i))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String nested(String open, String inner, String close, int levels) {
        return open.repeat(levels) + inner + close.repeat(levels);
    }

    static Stream<Kind> json() {
        return Stream.of(
                list("empty objects that are wide", wide(1_900), "{}"),
                list("objects with one of many fields", wide(1_900), "{\"k0\":1}"),
                list("nulls", "1", "null"),
                list("numbers", "1", "1"),
                list("doubles", "0.5", "0.5"),
                list("booleans", "true", "true"),
                list("empty texts", "\"\"", "\"\""),
                list("short texts", "\"a\"", "\"b\""),
                list("small objects", "{\"a\":1}", "{\"a\":1}"),
                list("empty lists", "[1]", "[]"),
                list("lists of one", "[1]", "[1]"),
                list("deep lists", nested("[", "1", "]", 20), nested("[", "1", "]", 20)),
                list(
                        "deep objects",
                        nested("{\"a\":", "1", "}", 20),
                        nested("{\"a\":", "1", "}", 20)),
                list(
                        "long decimals",
                        "99999999999999999999999999999999999999",
                        "10000000000000000000"),
                list("different things", "1,\"a\"", "1,\"a\",{},[],null"),
                list("empty objects in text", "1,\"a\"", "{}"),
                list("exponents in text", "1,\"a\"", "1e9999"),
                json("many fields", wide(1_900), size -> wide(Math.min(1_900, size / 10))),
                json("an empty object", wide(1_900), size -> "{}"),
                json(
                        "long names of nothing",
                        "{\"a\":1}",
                        size ->
                                IntStream.range(0, Math.max(1, size / 40_000))
                                        .mapToObj(i ->
                                                "\"%s%d\":null"
                                                        .formatted(
                                                                "n".repeat(Math.min(size, 40_000)),
                                                                i))
                                        .collect(Collectors.joining(",", "{", "}"))),
                json("a text", "{\"a\":\"\"}", size -> "{\"a\":\"" + "x".repeat(size) + "\"}"),
                json(
                        "a text of escapes",
                        "{\"a\":\"\"}",
                        size -> "{\"a\":\"" + "\\u4f60".repeat(size / 6) + "\"}"),
                json("a bare list", "[1]", size -> "[" + "1,".repeat(size / 2) + "1]"),
                json(
                        "nesting",
                        "{\"a\":1}",
                        size -> {
                            int levels = Math.min(900, size / 6);
                            return nested("{\"x\":", "1", "}", levels);
                        }),
                new Kind(
                        "headers",
                        null,
                        json("{}"),
                        size ->
                                record(
                                        MemoryLog.bytes("{}"),
                                        Stream.generate(() ->
                                                        new LogRecord.Header(
                                                                new String(new char[] {'k'}),
                                                                new byte[0]))
                                                .limit(Math.min(size / 3, LogRecord.HEADERS_MAX))
                                                .toList())));
    }

    private static Kind avro(String name, String type, String first, IntFunction<String> body) {
        String schema =
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":%s}]}"
                        .formatted(type);
        return new Kind(name, schema, avro(first), size -> avro(body.apply(size)));
    }

    private static LogRecord avro(String hex) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 0, 0, 0, 1});
        out.writeBytes(HexFormat.of().parseHex(hex));
        return record(out.toByteArray(), List.of());
    }

    /** A block of so many elements of this many bytes each, as many as the size allows. */
    private static Kind array(String name, String items, String element, int perByte) {
        return avro(
                name,
                "{\"type\":\"array\",\"items\":%s}".formatted(items),
                "02" + element + "00",
                size -> {
                    int count = element.isEmpty() ? size * perByte : 2 * size / element.length();
                    return OddAvroTest.varint(count) + element.repeat(count) + "00";
                });
    }

    private static String fields(String name, int count, String type) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"name\":\"%s%d\",\"type\":%s}".formatted(name, i, type))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String record(String name, String fields) {
        return "{\"type\":\"record\",\"name\":\"%s\",\"fields\":%s}".formatted(name, fields);
    }

    static Stream<Kind> avro() {
        String longName = "n".repeat(5_000);
        String symbols =
                IntStream.range(0, 100)
                        .mapToObj(i -> "\"S%s%d\"".formatted("s".repeat(5_000), i))
                        .collect(Collectors.joining(","));
        return Stream.of(
                array("nulls in a block", "[\"null\",\"int\"]", "00", 0),
                array("ints", "\"int\"", "02", 0),
                array("empty strings", "\"string\"", "00", 0),
                array("short strings", "\"string\"", "0261", 0),
                array("empty bytes", "\"bytes\"", "00", 0),
                array("empty fixed", "{\"type\":\"fixed\",\"name\":\"F\",\"size\":0}", "", 10),
                array("empty records", record("E", "[]"), "", 10),
                array("empty lists", "{\"type\":\"array\",\"items\":\"int\"}", "00", 0),
                array("lists of one", "{\"type\":\"array\",\"items\":\"int\"}", "020200", 0),
                array("empty maps", "{\"type\":\"map\",\"values\":\"int\"}", "00", 0),
                array("maps of one", "{\"type\":\"map\",\"values\":\"int\"}", "02026a0200", 0),
                array(
                        "wide records of nothing",
                        record("W", fields("w", 1_900, "[\"null\",\"int\"]")),
                        "00".repeat(1_900),
                        0),
                array(
                        "wide records of which nothing is there",
                        "[\"null\"," + record("W", fields("w", 1_900, "\"int\"")) + "]",
                        "00",
                        0),
                array(
                        "decimals of many digits",
                        "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":10000,\"scale\":9999}",
                        "0201",
                        0),
                array(
                        "long symbols",
                        "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[" + symbols + "]}",
                        "00",
                        0),
                avro(
                        "long names that come round",
                        record(
                                "T",
                                "[{\"name\":\"%s\",\"type\":\"null\"},{\"name\":\"c\",\"type\":{\"type\":\"array\",\"items\":\"T\"}}]"
                                        .formatted(longName)),
                        "00",
                        size -> OddAvroTest.varint(size) + "00".repeat(size) + "00"),
                avro(
                        "long branches that come round",
                        record(
                                "T",
                                "[{\"name\":\"c\",\"type\":{\"type\":\"array\",\"items\":[\"T\",%s]}}]"
                                        .formatted(record("B" + longName, "[]"))),
                        "00",
                        size -> OddAvroTest.varint(size) + "02".repeat(size) + "00"),
                avro(
                        "long symbols that come round",
                        record(
                                "T",
                                "[{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[%s]}},{\"name\":\"c\",\"type\":{\"type\":\"array\",\"items\":\"T\"}}]"
                                        .formatted(symbols)),
                        "0000",
                        size -> "00" + OddAvroTest.varint(size) + "0000".repeat(size) + "00"),
                avro(
                        "bytes that come round",
                        record(
                                "T",
                                "[{\"name\":\"b\",\"type\":\"bytes\"},{\"name\":\"c\",\"type\":{\"type\":\"array\",\"items\":\"T\"}}]"),
                        "0000",
                        size -> "0002" + OddAvroTest.varint(size) + "00".repeat(size) + "0000"));
    }

    @ParameterizedTest
    @MethodSource({"json", "avro"})
    void aRecordTakesNoMoreMemoryThanItsSizeAllows(Kind kind) {
        TableShape shape = TableShape.fresh(new SystemColumns("kafka_"));
        Optional<Schema> schema = Optional.ofNullable(kind.schema).map(new Schema.Parser()::parse);
        Format format = schema.isPresent() ? Format.AVRO : Format.JSON;
        RowDecoder decoder = new RowDecoder(shape, new Formats(Format.RAW, format), id -> schema);
        decoder.decode(kind.first);
        for (int size : SIZES) {
            LogRecord record = kind.ofSize.apply(size);
            decoded(decoder, record); // what the table grows by is bounded by its width
            long before = THREADS.getCurrentThreadAllocatedBytes();
            Row row = decoded(decoder, record);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            long taken = row == null ? 0 : memory(row) + memory(record);

            assertThat(allocated)
                    .as("allocated for %d bytes", record.size())
                    .isLessThan(ALLOCATED_FREE + ALLOCATED_PER_BYTE * record.size());
            assertThat(taken)
                    .as("memory of a row of %d bytes", record.size())
                    .isLessThan(ROW_FREE + ROW_PER_BYTE * record.size());
        }
    }

    private static @Nullable Row decoded(RowDecoder decoder, LogRecord record) {
        try {
            return decoder.decode(record);
        } catch (BadRecordException | EvolutionRefusedException e) {
            return null;
        }
    }

    private static long memory(LogRecord record) {
        long bytes = array(1, record.value() == null ? 0 : record.value().length);
        for (LogRecord.Header header : record.headers()) {
            bytes += 28 + memory(header.key());
            bytes += header.value() == null ? 0 : array(1, header.value().length);
        }
        return bytes;
    }

    /** Returns the bytes that a value has on a heap of compressed pointers. */
    private static long memory(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case Row row ->
                    24
                            + array(4, row.size())
                            + IntStream.range(0, row.size())
                                    .mapToLong(i -> memory(row.get(i)))
                                    .sum();
            case List<?> list ->
                    24
                            + array(4, list.size() * 3 / 2)
                            + list.stream().mapToLong(TranslationMemoryTest::memory).sum();
            case Map<?, ?> map ->
                    48
                            + array(4, map.size() * 2)
                            + map.entrySet().stream()
                                    .mapToLong(e -> 32 + memory(e.getKey()) + memory(e.getValue()))
                                    .sum();
            case String text ->
                    24 + array(text.chars().allMatch(c -> c < 256) ? 1 : 2, text.length());
            case Utf8 text -> 32 + array(1, text.getByteLength());
            case ByteBuffer buffer -> 56 + array(1, buffer.remaining());
            case BigDecimal number ->
                    40 + 40 + array(4, number.unscaledValue().bitLength() / 32 + 1);
            default -> 24;
        };
    }

    private static long array(int width, int length) {
        return (16L + (long) width * length + 7) / 8 * 8;
    }
}
