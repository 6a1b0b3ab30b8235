package io.oxbow.s3stream.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.env.Environment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectStoresTest {

    @TempDir Path directory;

    @Test
    void aFileUriOpensADirectory() {
        String uri = directory.resolve("new/bucket").toUri().toString();
        try (var store = ObjectStores.open(uri, Map.of(), Environment.system())) {
            assertThat(directory.resolve("new/bucket")).isDirectory();
            assertThat(store.location()).hasToString(uri);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/just/a/path,no such kind of store",
        "gs://bucket,no such kind of store",
        "s3:bucket,names no bucket",
        "s3:///prefix,names no bucket",
        "file://host/dir,authority",
        "s3://bucket/a/../b,'..'"
    })
    void whatCannotBeOpenedIsNamed(String uri, String why) {
        assertThatThrownBy(() -> ObjectStores.open(uri, Map.of(), Environment.system()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({
        "s3.endpont,x,unknown store option s3.endpont",
        "s3.path-style-access,yes,allowed are true and false",
        "s3.access-key-id,x,must both be given",
        "s3.region,'',must not be empty"
    })
    void optionsThatCannotBeUsedAreNamed(String key, String value, String why) {
        assertThatThrownBy(() ->
                        ObjectStores.open("s3://bucket", Map.of(key, value), Environment.system()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(why);
    }

    @Test
    void aLocalStoreTakesNoOptions() {
        assertThatThrownBy(() ->
                        ObjectStores.open(
                                directory.toUri().toString(),
                                Map.of(S3Options.REGION, "r"),
                                Environment.system()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("s3.region");
    }

    @Test
    void secretsAreNotShown() {
        var options =
                Map.of(S3Options.ACCESS_KEY_ID, "id", S3Options.SECRET_ACCESS_KEY, "hush-hush");
        assertThat(S3Config.of("b", options).toString()).contains("id").doesNotContain("hush");
    }
}
