package io.oxbow.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;

/** Tests the bytes of pointers' keys and values. */
final class PointerFormatTest {

    @Test
    void keysAreAsTheyHaveAlwaysBeen() {
        assertThat(PointerKey.of(Namespace.of("a", "b/c"))).isEqualTo("iceberg/namespace/a/b%2Fc");
        assertThat(PointerKey.of(TableIdentifier.of("a", "ü t")))
                .isEqualTo("iceberg/name/a/%C3%BC+t");
        assertThat(PointerKey.ofTable("7")).isEqualTo("iceberg/table/7");
        assertThat(PointerKey.last("iceberg/name/a/%C3%BC+t")).isEqualTo("ü t");
    }

    @Test
    void valuesAreAsTheyHaveAlwaysBeen() {
        assertThat(PointerValue.ofNamespace(Map.of("b", "2", "a", "1")))
                .asString(UTF_8)
                .isEqualTo("{\"format\":1,\"properties\":{\"a\":\"1\",\"b\":\"2\"}}");
        assertThat(PointerValue.ofName("7"))
                .asString(UTF_8)
                .isEqualTo("{\"format\":1,\"table\":\"7\"}");
        assertThat(PointerValue.ofTable("file:///x", Optional.empty()))
                .asString(UTF_8)
                .isEqualTo("{\"format\":1,\"metadata-location\":\"file:///x\"}");
        byte[] confined =
                PointerValue.ofTable("s3a://b/t/x", Optional.of(Location.of("s3a://b/t")));
        assertThat(confined)
                .asString(UTF_8)
                .isEqualTo(
                        "{\"format\":1,\"metadata-location\":\"s3a://b/t/x\",\"folder\":\"s3://b/t\"}");
        assertThat(PointerValue.folder(confined)).contains(Location.of("s3://b/t"));
    }

    @Test
    void anotherFormatIsRefused() {
        byte[] newer = "{\"format\":2,\"table\":\"7\"}".getBytes(UTF_8);
        byte[] garbage = {1, 2, 3};

        assertThatThrownBy(() -> PointerValue.tableId(newer)).hasMessageContaining("format 2");
        assertThatThrownBy(() -> PointerValue.tableId(garbage)).hasMessageContaining("no JSON");
    }

    @Test
    void namesBecomeHarmlessFolders() {
        assertThat(LocationName.of("events_v1.x-2")).isEqualTo("events_v1.x-2");
        assertThat(LocationName.of("..")).startsWith("_-").doesNotContain("..");
        assertThat(LocationName.of("a/b")).startsWith("a_b-").doesNotContain("/");
        assertThat(LocationName.of("a/b")).isNotEqualTo(LocationName.of("a b"));
    }
}
