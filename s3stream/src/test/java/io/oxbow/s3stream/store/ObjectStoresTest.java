package io.oxbow.s3stream.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.s3.S3Config;
import io.oxbow.s3stream.store.s3.S3Options;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
        "s3.region,'','allowed are letters'",
        "s3.session-token,t,no s3.session-token without them",
        "s3.trust-store-password,p,without s3.trust-store",
        "s3.sse.type,aes,'none, s3, kms and dsse-kms'",
        "s3.sse.key,k,takes no key",
        "s3.checksum,sha1,'crc32c, md5 and none'",
        "s3.multipart.part-size-bytes,1000,5242880",
        "s3.multipart.part-size-bytes,lots,'lots'",
        "s3.connections.max,0,numbers from 1",
        "s3.retry.num-retries,-1,numbers from 0",
        "s3.retry.max-wait-ms,10,'less than s3.retry.min-wait-ms, 50'"
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
    void optionsMeanWhatTheySay() {
        S3Config config =
                S3Config.of(
                        "b",
                        StoreOptions.of(
                                Map.ofEntries(
                                        Map.entry(S3Options.ENDPOINT, "https://h:1"),
                                        Map.entry(S3Options.REGION, "r"),
                                        Map.entry(S3Options.PATH_STYLE_ACCESS, "false"),
                                        Map.entry(S3Options.TRUST_STORE, "/f"),
                                        Map.entry(S3Options.TRUST_STORE_PASSWORD, "p"),
                                        Map.entry(S3Options.PROFILE, "me"),
                                        Map.entry(S3Options.SSE_TYPE, "kms"),
                                        Map.entry(S3Options.SSE_KEY, "k"),
                                        Map.entry(S3Options.CHECKSUM, "md5"),
                                        Map.entry(S3Options.PART_SIZE, "6000000"),
                                        Map.entry(S3Options.CONNECTIONS_MAX, "7"),
                                        Map.entry(S3Options.REQUEST_TIMEOUT, "2000"),
                                        Map.entry(S3Options.CALL_TIMEOUT, "9000"),
                                        Map.entry(S3Options.RETRIES, "2"),
                                        Map.entry(S3Options.RETRY_WAIT_MIN, "3"),
                                        Map.entry(S3Options.RETRY_WAIT_MAX, "4"))));
        Duration request = Duration.ofSeconds(2);
        assertThat(config)
                .isEqualTo(
                        new S3Config(
                                "b",
                                new S3Config.Address(
                                        Optional.of(URI.create("https://h:1")),
                                        "r",
                                        false,
                                        Optional.of(
                                                new S3Config.TrustStore(
                                                        Path.of("/f"),
                                                        Optional.of(Secret.of("p"))))),
                                new S3Config.Credentials.Profile("me"),
                                new S3Config.Writing(
                                        new S3Config.Encryption.KeyService(Optional.of("k"), false),
                                        S3Config.Checksum.MD5,
                                        6_000_000),
                                new S3Config.Limits(
                                        7,
                                        request,
                                        request,
                                        request,
                                        new RetryPolicy(
                                                3,
                                                Duration.ofMillis(3),
                                                Duration.ofMillis(4),
                                                Duration.ofSeconds(9)))));
    }

    @Test
    void everyOptionIsExplained() throws IOException {
        String page = Files.readString(Path.of("../docs/object-stores.md"));
        assertThat(S3Options.NAMES).allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    @Test
    void everyOptionThatSoundsSecretIsOne() {
        assertThat(S3Options.NAMES)
                .filteredOn(name -> name.matches(".*(secret|token|password).*"))
                .isNotEmpty()
                .allMatch(StoreOptions::isSecret)
                .allSatisfy(name -> {
                    StoreOptions options = StoreOptions.of(Map.of(name, "hush-hush"));
                    assertThat(options.toString()).contains(name).doesNotContain("hush");
                    assertThat(options.shown()).isEmpty();
                    assertThat(options.secret(name).orElseThrow().reveal()).isEqualTo("hush-hush");
                    assertThatThrownBy(() -> options.text(name))
                            .hasMessageContaining(name)
                            .hasMessageNotContaining("hush");
                });
    }

    @Test
    void checkingTouchesNothing() {
        Path bucket = directory.resolve("not/yet");
        ObjectStores.check(bucket.toUri().toString(), StoreOptions.none());
        assertThat(bucket).doesNotExist();
        assertThatThrownBy(() ->
                        ObjectStores.check(
                                "s3://b", StoreOptions.of(Map.of(S3Options.TRUST_STORE, "/no"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("s3.trust-store /no");
    }

    @Test
    void endpointThatCarriesAPasswordIsRefusedUnseen() {
        assertThatThrownBy(() ->
                        S3Config.of(
                                "b",
                                StoreOptions.of(Map.of(S3Options.ENDPOINT, "http://u:hush@h:1"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(S3Options.ENDPOINT)
                .hasMessageNotContaining("hush");
    }

    @Test
    void secretsAreNotShown() {
        var options =
                Map.of(S3Options.ACCESS_KEY_ID, "id", S3Options.SECRET_ACCESS_KEY, "hush-hush");
        assertThat(S3Config.of("b", StoreOptions.of(options)).toString())
                .contains("id")
                .doesNotContain("hush");
        var trust = Map.of(S3Options.TRUST_STORE, "f", S3Options.TRUST_STORE_PASSWORD, "hush-hush");
        assertThat(StoreOptions.of(trust).toString()).contains("f").doesNotContain("hush");
        assertThat(S3Config.of("b", StoreOptions.of(trust)).toString())
                .contains("f")
                .doesNotContain("hush");
    }
}
