package io.oxbow.s3stream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.store.probe.StoreProbe;
import io.oxbow.s3stream.testkit.S3ProxyServer;
import io.oxbow.s3stream.testkit.ServerProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests a server whose certificate comes from no authority that the JVM knows. */
@Tag("slow")
@Tag("s3")
class S3TlsTest {

    private static final String PASSWORD = "changeit";

    @TempDir private static Path directory;
    private static S3ProxyServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        keytool(
                "-genkeypair -alias s3 -keyalg EC -validity 2 -dname CN=oxbow-test -keystore"
                        + " server.p12 -ext SAN=ip:127.0.0.1");
        keytool("-exportcert -alias s3 -rfc -keystore server.p12 -file authority.pem");
        keytool("-importcert -noprompt -alias ca -file authority.pem -keystore authority.p12");
        keytool("-genkeypair -alias o -keyalg EC -validity 2 -dname CN=o -keystore other.p12");
        keytool("-exportcert -alias o -rfc -keystore other.p12 -file other.pem");
        server = S3ProxyServer.startSecure(directory.resolve("server.p12"), PASSWORD);
        server.createBucket("secure");
    }

    private static void keytool(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12"));
        ServerProcess.run(directory, command);
    }

    @AfterAll
    static void end() {
        server.close();
    }

    private static ObjectStore open(String endpoint, Map<String, String> more) {
        Map<String, String> options = new HashMap<>(server.options());
        options.put(S3Options.ENDPOINT, endpoint);
        options.putAll(more);
        return ObjectStores.open("s3://secure", options, Environment.system());
    }

    private static Map<String, String> trusting(String file) {
        return Map.of(S3Options.TRUST_STORE, directory.resolve(file).toString());
    }

    private static List<ByteBuffer> body(int size) {
        return List.of(ByteBuffer.allocate(size).put(0, (byte) 7));
    }

    @ParameterizedTest
    @CsvSource({"authority.pem,", "authority.p12,changeit"})
    void anAuthorityOfOnesOwnIsTrusted(String file, String password) {
        Map<String, String> options = new HashMap<>(trusting(file));
        if (password != null) {
            options.put(S3Options.TRUST_STORE_PASSWORD, password);
        }
        try (var store = open(server.secureEndpoint().toString(), options)) {
            for (int size : new int[] {1, 20 << 20}) {
                assertThat(store.put("k" + size, body(size))).isEqualTo(new PutResult.Done());
                assertThat(store.get("k" + size).equals(new GetResult.Found(body(size).getFirst())))
                        .isTrue();
            }
            assertThat(StoreProbe.probe(store, Environment.system()))
                    .isEqualTo(new StoreProbe.Result.Fit());
        }
    }

    @Test
    void aStrangerIsSentNothing() {
        try (var store = open(server.secureEndpoint().toString(), Map.of());
                var other = open(server.secureEndpoint().toString(), trusting("other.pem"))) {
            for (ObjectStore distrusting : List.of(store, other)) {
                assertThat(distrusting.putIfAbsent("n", body(1)))
                        .isInstanceOfSatisfying(
                                CreateResult.NotApplied.class,
                                refused ->
                                        assertThat(refused.cause())
                                                .hasMessageContaining("s3.trust-store"));
                assertThat(distrusting.get("n")).isInstanceOf(GetResult.Unavailable.class);
            }
        }
    }

    @Test
    void aCertificateForAnotherHostIsNotEnough() {
        String elsewhere = server.secureEndpoint().toString().replace("127.0.0.1", "localhost");
        try (var store = open(elsewhere, trusting("authority.pem"))) {
            assertThat(store.putIfAbsent("n", body(1)))
                    .isInstanceOfSatisfying(
                            CreateResult.NotApplied.class,
                            refused ->
                                    assertThat(refused.cause()).hasMessageContaining("localhost"));
        }
    }

    @Test
    void aTrustStoreThatCannotBeUsedIsNamed() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "no certificate");
        for (Path file : List.of(empty, directory.resolve("absent"))) {
            assertThatThrownBy(() ->
                            open(
                                    server.secureEndpoint().toString(),
                                    trusting(file.getFileName().toString())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("s3.trust-store " + file);
        }
        assertThatThrownBy(
                        () -> open(server.secureEndpoint().toString(), trusting("authority.p12")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("s3.trust-store-password");
    }
}
