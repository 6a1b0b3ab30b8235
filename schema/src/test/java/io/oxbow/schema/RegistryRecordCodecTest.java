package io.oxbow.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the bytes of the schema log's records. */
final class RegistryRecordCodecTest {

    static Stream<Arguments> records() {
        return Stream.of(
                Arguments.of(
                        new RegistryRecord.SchemaVersion(
                                "s-value", 2, 7, List.of(), "\"int\"", false),
                        "{\"keytype\":\"SCHEMA\",\"subject\":\"s-value\",\"version\":2,\"magic\":1}",
                        "{\"subject\":\"s-value\",\"version\":2,\"id\":7,\"schema\":\"\\\"int\\\"\","
                                + "\"deleted\":false}"),
                Arguments.of(
                        new RegistryRecord.SchemaVersion(
                                "s",
                                1,
                                1,
                                List.of(new SchemaReference("n.R", "r", 3)),
                                "\"n.R\"",
                                true),
                        "{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":1,\"magic\":1}",
                        "{\"subject\":\"s\",\"version\":1,\"id\":1,\"references\":[{\"name\":\"n.R\","
                                + "\"subject\":\"r\",\"version\":3}],\"schema\":\"\\\"n.R\\\"\","
                                + "\"deleted\":true}"),
                Arguments.of(
                        new RegistryRecord.SchemaTombstone("s", 1),
                        "{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":1,\"magic\":1}",
                        null),
                Arguments.of(
                        new RegistryRecord.Config(null, CompatibilityLevel.FULL),
                        "{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}",
                        "{\"compatibilityLevel\":\"FULL\"}"),
                Arguments.of(
                        new RegistryRecord.Config("s", null),
                        "{\"keytype\":\"CONFIG\",\"subject\":\"s\",\"magic\":0}",
                        null),
                Arguments.of(
                        new RegistryRecord.DeleteSubject("s", 4),
                        "{\"keytype\":\"DELETE_SUBJECT\",\"subject\":\"s\",\"magic\":0}",
                        "{\"subject\":\"s\",\"version\":4}"),
                Arguments.of(
                        new RegistryRecord.Noop(0), "{\"keytype\":\"NOOP\",\"magic\":0}", null),
                Arguments.of(
                        new RegistryRecord.Noop(9),
                        "{\"keytype\":\"NOOP\",\"magic\":0}",
                        "{\"maxId\":9}"));
    }

    @ParameterizedTest
    @MethodSource("records")
    void bytesAreAsConfluentKeepsThem(RegistryRecord record, String key, @Nullable String value) {
        assertThat(RegistryRecordCodec.key(record)).asString(UTF_8).isEqualTo(key);
        byte[] bytes = RegistryRecordCodec.value(record);
        assertThat(bytes == null ? null : new String(bytes, UTF_8)).isEqualTo(value);
        assertThat(RegistryRecordCodec.decode(key.getBytes(UTF_8), bytes)).contains(record);
    }
}
