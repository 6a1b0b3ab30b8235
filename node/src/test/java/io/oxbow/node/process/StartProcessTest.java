package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the start, the refused starts and the drain of a real node. */
class StartProcessTest {

    @TempDir Path temporary = Path.of("");

    @Test
    void sigtermDrainsAndExitsZero() throws Exception {
        try (var node = OxbowProcess.start(temporary.resolve("data"), Map.of())) {
            assertThat(get(node, "/health/live")).isEqualTo(200);
            assertThat(get(node, "/health/ready")).isEqualTo(200);
            assertThat(get(node, "/metrics")).isEqualTo(200);
            assertThat(node.terminate()).isZero();
        }
    }

    @Test
    void memoryIsSizedWhereTheLogLevelStandsBeforeTheCommand() throws Exception {
        Outcome outcome =
                OxbowProcess.run(
                        "--log-level",
                        "warn",
                        "start",
                        "--data",
                        temporary.resolve("data").toString(),
                        "--set",
                        "oxbow.memory=100000g");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).contains("this machine or container has");
    }

    @Test
    void secondProcessOnTheSameDirectoryIsRefused() throws Exception {
        Path data = temporary.resolve("data");
        try (var node = OxbowProcess.start(data, Map.of())) {
            Outcome second =
                    OxbowProcess.run(
                            "start",
                            "--data",
                            data.toString(),
                            "--set",
                            "listeners=PLAINTEXT://127.0.0.1:0",
                            "--set",
                            "oxbow.http.listener=127.0.0.1:0");
            assertThat(second.exit()).isEqualTo(1);
            assertThat(second.err()).contains("another process");
            assertThat(node.isAlive()).isTrue();
            assertThat(get(node, "/health/ready")).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"listeners=PLAINTEXT://", "oxbow.http.listener="})
    void portThatIsTakenStopsTheStartBeforeAnythingIsMade(String setting) throws Exception {
        Path data = temporary.resolve("data");
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> command = new ArrayList<>(List.of("start", "--data", data.toString()));
            for (String each : List.of("listeners=PLAINTEXT://", "oxbow.http.listener=")) {
                int port = each.equals(setting) ? taken.getLocalPort() : 0;
                command.addAll(List.of("--set", each + "127.0.0.1:" + port));
            }
            Outcome outcome = OxbowProcess.run(command.toArray(String[]::new));
            assertThat(outcome.exit()).isEqualTo(1);
            assertThat(outcome.err())
                    .contains("cannot listen on " + setting + "127.0.0.1:" + taken.getLocalPort());
            assertThat(data).doesNotExist();
        }
    }

    @Test
    void settingsThatDoNotGoTogetherStopTheStartBeforeAnythingIsMade() throws Exception {
        Path data = temporary.resolve("data");
        Outcome outcome =
                OxbowProcess.run(
                        "start",
                        "--data",
                        data.toString(),
                        "--set",
                        "s3.secret-access-key=hush-hush");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).contains("s3.secret-access-key").doesNotContain("hush");
        assertThat(data).doesNotExist();
    }

    @Test
    void unknownKeyStopsTheStart() throws Exception {
        Outcome outcome =
                OxbowProcess.run(
                        "start", "--data", temporary.toString(), "--set", "num.partition=3");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("num.partition")
                .contains("did you mean num.partitions?");
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void badValueStopsTheStart() throws Exception {
        Outcome outcome =
                OxbowProcess.run(
                        "start", "--data", temporary.toString(), "--set", "num.partitions=none");
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).contains("num.partitions").contains("none");
    }

    private static int get(OxbowProcess node, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create("http://" + node.http() + path)).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }
}
