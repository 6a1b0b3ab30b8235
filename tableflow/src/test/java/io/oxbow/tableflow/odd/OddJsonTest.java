package io.oxbow.tableflow.odd;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.tableflow.MemoryLog;
import io.oxbow.tableflow.TableWorld;
import io.oxbow.tableflow.record.LogRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules for JSON in docs/types.md, each as translator and verifier see it. */
class OddJsonTest {

    private static final String NESTED_340 = "{\"x\":".repeat(340) + "1" + "}".repeat(340);

    private final TableWorld world = new TableWorld().set("table.partition.by", "");

    private static byte[] utf8(String text) {
        return MemoryLog.bytes(text);
    }

    private static byte[] raw(int... bytes) {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            result[i] = (byte) bytes[i];
        }
        return result;
    }

    /** As text in Latin-1, so that any bytes can be written. */
    private static byte[] latin(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    static Stream<byte[]> taken() {
        return Stream.of(
                        "{\"x\":{\"a\":[[],[1]]}}",
                        NESTED_340,
                        "[".repeat(340) + "{\"a\":1}" + "]".repeat(340),
                        "{\"a\":[{\"b\":".repeat(100) + "1" + "}]}".repeat(100),
                        "{\"1\":\"a\",\"_1\":\"b\"}",
                        "{\"a b\":1,\"a_x20b\":2,\"A B\":3}",
                        "{\"\u00e9\":1,\"\u00c9\":2,\"k\":3,\"\u212a\":4}",
                        "{\"\":1,\" \":2,\".\":3,\"_\":4,\"\\u0001\":5,\"\\ufeff\":6,\"a\\nb\":7}",
                        "{\"element\":[{\"element\":1}],\"key\":{\"key\":1},\"list\":[[{\"list\":1}]]}",
                        "{\"kafka_offset\":1,\"kafka_timestamp_day\":2,\"KAFKA_KEY\":3,\"kafka_value\":4}",
                        "{\"s\":\"\\ud83d\\ude00\",\"t\":\"\\\\ud83d\"}",
                        "{\"a\":9223372036854775807,\"b\":9223372036854775808,\"c\":-9223372036854775808}",
                        "{\"a\":1e308,\"b\":1e309,\"c\":4.9e-324,\"d\":1e-400,\"e\":-0.0,\"f\":0e0}",
                        "{\"a\":1E9999,\"b\":0E-9999,\"c\":[1,1E9999]}",
                        "{\"a\":" + "9".repeat(1000) + "}",
                        "\ufeff{\"a\":1}",
                        " \t\r\n{\"a\":1} \n",
                        "{\"a\":null,\"b\":[],\"c\":{}}",
                        "null",
                        "true",
                        "[1,\"a\",null,{\"a\":1}]",
                        "\"\"",
                        "{\"" + "n".repeat(255) + "\":1}")
                .map(OddJsonTest::utf8);
    }

    static Stream<byte[]> refused() {
        Stream<byte[]> text =
                Stream.of(
                                "",
                                " ",
                                "hello",
                                "{\"a\":2,\"a\":null}",
                                "{\"a\":null,\"a\":2}",
                                "{\"guard\":1,\"guard\":1}",
                                "{\"n\":null,\"n\":null}",
                                "{\"x\":{\"y\":1,\"y\":2}}",
                                "{\"x\":[{\"n\":{},\"n\":{}}]}",
                                "{\"s\":\"ab\\ud83dcd\"}",
                                "{\"guard\":1,\"s\":\"\\ude00\\ud83d\"}",
                                "{\"s\":[\"\\uD83D\"]}",
                                "{\"a\\udc00\":null}",
                                "{\"a\\udc00\":1}",
                                "{\"a\":1E2147483649}",
                                "{\"a\":1E-2147483649}",
                                "{\"a\":1E2147483647}",
                                "{\"a\":0E2147483647}",
                                "{\"guard\":1E10001}",
                                "{\"a\":" + "9".repeat(1001) + "}",
                                "{\"a\":1}{\"a\":2}",
                                "{\"a\":1}x",
                                "{\"a\":NaN}",
                                "{\"a\":01}",
                                "{\"a\":1,}",
                                "{\"a\":\"\t\"}",
                                "{\"\\u0000key\":1}",
                                "{\"\\u0000value\":null,\"\\u0000value\":1}",
                                "{\"" + "n".repeat(256) + "\":1}",
                                "[".repeat(1001) + "]".repeat(1001),
                                wide(2_500))
                        .map(OddJsonTest::utf8);
        Stream<byte[]> bytes =
                Stream.of(
                        "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16),
                        "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE),
                        "{\"a\":1}".getBytes(java.nio.charset.Charset.forName("UTF-32BE")),
                        latin("{\"a\":\"\u00e9\"}"),
                        latin("{\"a\":\"\u00ed\u00a0\u00bd\u00ed\u00b8\u0080\"}"),
                        latin("{\"a\":\"\u00c0\u0080\"}"),
                        latin("{\"\u00f4\u0090\u0080\u0080\":null}"),
                        raw(0, 0, 0, 0, 0),
                        raw(0xff, 0xfe));
        return Stream.concat(text, bytes);
    }

    private static String wide(int keys) {
        return IntStream.range(0, keys)
                .mapToObj(i -> "\"k%d\":%d".formatted(i, i))
                .collect(java.util.stream.Collectors.joining(",", "{", "}"));
    }

    /** Translates an odd record between others, in a round of its own and in theirs, twice. */
    private void translate(byte[] odd) {
        world.set("table.value.format", "json");
        world.log.append(0, "{\"guard\":1}", "{\"guard\":2}");
        Judged.settle(world);
        append(odd);
        Judged.settle(world);
        world.log.append(0, "{\"guard\":3}");
        append(odd);
        world.log.append(0, "{\"guard\":4,\"later\":1}");
        Judged.settle(world);
    }

    private void append(byte[] value) {
        world.log.append(0, new SimpleRecord(world.log.tick(), null, value));
    }

    private void assertGuarded(boolean taken) {
        assertThat(
                        world.rows().stream()
                                .map(r -> r.getField("guard"))
                                .filter(java.util.Objects::nonNull))
                .contains(1L, 2L, 3L, 4L);
        assertThat(Judged.rows(world))
                .isEqualTo(
                        taken
                                ? java.util.Set.of(0L, 1L, 2L, 3L, 4L, 5L)
                                : java.util.Set.of(0L, 1L, 3L, 5L));
        Judged.assertRight(world);
    }

    @ParameterizedTest
    @MethodSource("taken")
    void oddValuesWithAColumnBecomeRows(byte[] odd) {
        translate(odd);

        assertThat(world.quarantine()).isEmpty();
        assertGuarded(true);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void oddValuesWithoutAColumnAreQuarantinedAndLeaveNoTrace(byte[] odd) {
        translate(odd);

        assertGuarded(false);
        assertThat(Judged.reasons(world, 2)).singleElement().asString().isNotBlank();
        assertThat(Judged.columns(world))
                .filteredOn(name -> !name.startsWith("kafka_"))
                .containsExactly("guard", "later");
    }

    @ParameterizedTest
    @MethodSource({"taken", "refused"})
    void asTheFirstRecordItStopsNothingEither(byte[] odd) {
        world.set("table.value.format", "json");
        append(odd);
        world.log.append(0, "{\"guard\":1}");
        Judged.settle(world);

        assertThat(Judged.rows(world)).contains(1L);
        Judged.assertRight(world);
    }

    @Test
    void emptyElementsOfAWideListAreBoundedByTheRecordsSize() {
        String wideList = "{\"l\":[" + wide(1_900) + "]}";
        String empties = "{\"l\":[" + "{},".repeat(20_000) + "{}]}";
        String nulls = "{\"l\":[" + "null,".repeat(20_000) + "null]}";
        world.set("table.value.format", "json");
        world.log.append(0, wideList, empties, nulls, "{\"guard\":1,\"l\":[{},null]}");
        Judged.settle(world);

        assertThat(Judged.rows(world)).containsExactly(0L, 3L);
        assertThat(Judged.reasons(world, 1)).singleElement().asString().contains("cells");
        Judged.assertRight(world);
    }

    @Test
    void aWideRecordInAYoungTableIsMeasuredWithoutItsColumns() {
        world.set("table.value.format", "json");
        world.log.append(0, "{\"guard\":1}", wide(2_500), "{\"guard\":2,\"b\":1}");
        Judged.settle(world);
        world.log.append(0, wide(1_900), wide(1_900), "{\"k0\":1,\"c\":1}");
        Judged.settle(world);

        assertThat(Judged.rows(world)).containsExactly(0L, 2L, 3L, 4L, 5L);
        assertThat(Judged.columns(world)).contains("guard", "b", "k0", "k1899", "c");
        Judged.assertRight(world);
    }

    @Test
    void timestampsBeyondTheCalendarAreQuarantined() {
        world.set("table.value.format", "json").set("table.partition.by", "hour(kafka_timestamp)");
        long[] taken = {0, 253_402_300_799_999L, -1};
        long[] refused = {253_402_300_800_000L, Long.MAX_VALUE};
        for (long timestamp : taken) {
            world.log.append(0, new SimpleRecord(timestamp, null, utf8("{\"a\":1}")));
        }
        for (long timestamp : refused) {
            world.log.append(0, new SimpleRecord(timestamp, null, utf8("{\"a\":1}")));
        }
        Judged.settle(world);

        assertThat(Judged.rows(world)).hasSize(taken.length);
        assertThat(world.quarantine()).hasSize(refused.length);
        Judged.assertRight(world);
    }

    @Test
    void aPartitionValueThatNamesNoDirectoryIsRefusedOrLiesElsewhere() {
        world.set("table.value.format", "json").set("table.partition.by", "identity(c)");
        for (String c :
                List.of("a", "../..", "", "x/y", "\ud83d\ude00", "\u00e9".repeat(300), "\u0001")) {
            world.log.append(0, "{\"c\":\"%s\"}".formatted(c.equals("\u0001") ? "\\u0001" : c));
        }
        world.log.append(0, "{\"c\":\"" + "x".repeat(501) + "\"}", "{\"c\":null}", "{}");
        Judged.settle(world);

        assertThat(Judged.rows(world)).hasSize(9);
        assertThat(Judged.reasons(world, 7)).singleElement().asString().contains("partition");
        Judged.assertRight(world);
    }

    @Test
    void partitionFieldsAndColumnsHaveNamesOfTheirOwn() {
        world.set("table.value.format", "json")
                .set(
                        "table.partition.by",
                        "bucket(4,id),day(kafka_timestamp),identity(a.b),identity(a_b)");
        world.log.append(
                0, "{\"id\":1,\"a\":{\"b\":\"x\"},\"a_b\":\"y\",\"kafka_timestamp_day\":7}");
        Judged.settle(world);
        world.log.append(0, "{\"id\":2,\"id_bucket\":3,\"ID_BUCKET\":4}");
        Judged.settle(world);

        assertThat(world.quarantine()).isEmpty();
        assertThat(world.rows()).hasSize(2);
        Judged.assertRight(world);
    }

    @Test
    void aPartitionColumnThatNoRecordHasYetIsNoReasonToWait() {
        world.set("table.value.format", "json").set("table.partition.by", "identity(country)");
        world.log.append(0, "{\"id\":1}", "{\"id\":2}");
        Judged.settle(world);
        assertThat(world.rows()).hasSize(2);

        world.log.append(0, "{\"id\":3,\"country\":\"DE\"}");
        Judged.settle(world);
        world.log.append(0, "{\"id\":4,\"country\":\"FR\"}", "{\"id\":5}");
        Judged.settle(world);

        assertThat(world.rows())
                .extracting(r -> r.getField("country"))
                .containsExactly(null, null, "DE", "FR", null);
        assertThat(world.table().spec().fields()).hasSize(1);
        Judged.assertRight(world);
    }

    @Test
    void aRecordOfWhichFewBytesMakeTooManyIsQuarantinedWithoutThem() {
        world.set("table.value.format", "raw");
        world.log
                .compress(Compression.zstd().build())
                .append(
                        0,
                        new SimpleRecord(world.log.tick(), null, new byte[] {1}),
                        new SimpleRecord(world.log.tick(), null, new byte[LogRecord.BYTES_MAX + 1]),
                        new SimpleRecord(world.log.tick(), null, new byte[] {3}));
        Judged.settle(world);

        assertThat(Judged.rows(world)).containsExactly(0L, 2L);
        assertThat(Judged.reasons(world, 1)).singleElement().asString().contains("in the log only");
        Judged.assertRight(world);
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionType.class,
            names = {"NONE", "ZSTD"})
    void aRecordOfTooManyHeadersIsQuarantinedWithoutThem(CompressionType compression) {
        Header[] most = new Header[LogRecord.HEADERS_MAX];
        Arrays.fill(most, new RecordHeader("k", new byte[] {1}));
        most[7] = new RecordHeader("\u00e9", null);
        Header[] tooMany = new Header[200_000];
        Arrays.fill(tooMany, new RecordHeader("", (byte[]) null));
        world.set("table.value.format", "json");
        world.log.compress(Compression.of(compression).build());
        world.log.append(0, "{\"guard\":1}");
        for (Header[] headers : List.of(most, tooMany, Arrays.copyOf(tooMany, most.length + 1))) {
            world.log.append(
                    0,
                    new SimpleRecord(
                            world.log.tick(), utf8("key"), utf8("{\"guard\":2}"), headers));
        }
        world.log.append(0, "{\"guard\":3}");
        Judged.settle(world);

        assertThat(Judged.rows(world)).containsExactly(0L, 1L, 4L);
        assertThat((List<?>) world.rows().get(1).getField("kafka_headers")).hasSize(most.length);
        assertThat(Judged.reasons(world, 2)).singleElement().asString().contains("200000 headers");
        assertThat(Judged.reasons(world, 3)).singleElement().asString().contains("10001 headers");
        assertThat(world.quarantine())
                .allSatisfy(row -> {
                    assertThat((List<?>) row.getField("kafka_headers")).isEmpty();
                    assertThat(row.getField("kafka_value"))
                            .isEqualTo(ByteBuffer.wrap(utf8("{\"guard\":2}")));
                });
        Judged.assertRight(world);
    }
}
