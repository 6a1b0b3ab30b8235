package io.oxbow.s3stream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreMetrics;
import io.oxbow.s3stream.store.StoreOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Tests the choice of keys for signing requests, by where the SDK's chain finds some. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class S3CredentialsTest {

    @TempDir Path directory;
    private final Map<String, String> properties = new HashMap<>();
    private HttpServer server;

    private void set(String property, String value) {
        properties.putIfAbsent(property, System.getProperty(property, ""));
        System.setProperty(property, value);
    }

    @AfterEach
    void restore() {
        properties.forEach((property, value) -> {
            if (value.isEmpty()) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, value);
            }
        });
        if (server != null) {
            server.stop(0);
        }
    }

    /** Returns the request that a store with these options sends. */
    private static SdkHttpRequest signedWith(Map<String, String> options) {
        Map<String, String> all = new HashMap<>(options);
        all.put(S3Options.ENDPOINT, "https://s3.test");
        S3Config config = S3Config.of("bucket", StoreOptions.of(all));
        var http = new ScriptedHttp().answer(200, "");
        try (var store =
                new S3ObjectStore(
                        config,
                        S3Clients.create(config, http),
                        Environment.system(),
                        StoreMetrics.none())) {
            assertThat(store.head("k")).isInstanceOf(ObjectStore.HeadResult.Found.class);
        }
        return http.requests.getFirst();
    }

    private static void assertSignedBy(SdkHttpRequest request, String accessKeyId) {
        assertThat(request.firstMatchingHeader("Authorization").orElse(""))
                .contains("Credential=" + accessKeyId + "/");
    }

    private String serve(Map<String, String> answers) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String answer = answers.get(exchange.getRequestURI().getPath());
                    byte[] body =
                            answer == null ? new byte[0] : answer.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static String keys(String accessKeyId) {
        return """
        {"Code":"Success","AccessKeyId":"%s","SecretAccessKey":"s","Token":"temporary",
         "Expiration":"%s"}
        """
                .formatted(accessKeyId, Instant.now().plus(Duration.ofHours(6)));
    }

    /** Hides the places in which this machine may have keys of its own. */
    private void nothingElse() {
        set("aws.sharedCredentialsFile", directory.resolve("none").toString());
        set("aws.configFile", directory.resolve("none").toString());
    }

    @Test
    void systemPropertiesComeFirstInTheChain() {
        nothingElse();
        set("aws.accessKeyId", "from-properties");
        set("aws.secretAccessKey", "s");
        assertSignedBy(signedWith(Map.of()), "from-properties");
        assertSignedBy(
                signedWith(
                        Map.of(
                                S3Options.ACCESS_KEY_ID, "configured",
                                S3Options.SECRET_ACCESS_KEY, "s")),
                "configured");
    }

    @Test
    void aProfileIsTakenByItsName() throws IOException {
        nothingElse();
        Path file =
                Files.writeString(
                        directory.resolve("credentials"),
                        """
                        [default]
                        aws_access_key_id = from-default
                        aws_secret_access_key = s
                        [other]
                        aws_access_key_id = from-other
                        aws_secret_access_key = s
                        """);
        set("aws.sharedCredentialsFile", file.toString());
        assertSignedBy(signedWith(Map.of(S3Options.PROFILE, "other")), "from-other");
    }

    @Test
    void aContainersServiceIsAsked() throws IOException {
        nothingElse();
        set(
                "aws.containerCredentialsFullUri",
                serve(Map.of("/keys", keys("from-container"))) + "/keys");
        SdkHttpRequest request = signedWith(Map.of());
        assertSignedBy(request, "from-container");
        assertThat(request.firstMatchingHeader("x-amz-security-token")).hasValue("temporary");
    }

    @Test
    void anInstancesServiceIsAskedLast() throws IOException {
        nothingElse();
        String roles = "/latest/meta-data/iam/security-credentials/";
        set(
                "aws.ec2MetadataServiceEndpoint",
                serve(
                        Map.of(
                                "/latest/api/token",
                                "t",
                                roles,
                                "role",
                                roles + "role",
                                keys("from-instance"))));
        set("aws.disableEc2Metadata", "false");
        assertSignedBy(signedWith(Map.of()), "from-instance");
    }
}
