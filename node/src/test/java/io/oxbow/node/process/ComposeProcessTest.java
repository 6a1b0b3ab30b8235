package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.node.config.NodeConfigKeys;
import java.io.IOException;
import java.io.Reader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that the files of {@code docker/} fit each other and a node, and that Prometheus finds
 * samples where it looks.
 */
class ComposeProcessTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Path DOCKER = OxbowProcess.home().resolve("docker");

    @TempDir Path temporary = Path.of("");

    private final JsonNode compose = YAML.readTree(DOCKER.resolve("compose.yaml").toFile());
    private final Map<String, String> properties = properties("oxbow.properties");

    ComposeProcessTest() throws IOException {}

    private static Map<String, String> properties(String file) throws IOException {
        var loaded = new Properties();
        try (Reader reader = Files.newBufferedReader(DOCKER.resolve(file))) {
            loaded.load(reader);
        }
        return loaded.stringPropertyNames().stream()
                .collect(Collectors.toMap(key -> key, loaded::getProperty));
    }

    private JsonNode service(String name) {
        return compose.path("services").path(name);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void servicesNameFilesVolumesAndServicesThatAreThere() {
        assertThat(names(compose)).containsExactly("services", "volumes");
        assertThat(names(compose.path("services"))).containsExactly("oxbow", "prometheus", "trino");
        Set<String> volumes = names(compose.path("volumes"));
        for (String name : names(compose.path("services"))) {
            JsonNode service = service(name);
            assertThat(service.has("build") ^ service.has("image")).as(name).isTrue();
            if (service.has("image")) {
                assertThat(service.path("image").asText()).matches("[a-z/]+:v?[0-9][0-9.]*");
            }
            for (String volume : texts(service.path("volumes"))) {
                String[] parts = volume.split(":");
                assertThat(parts[1]).as(volume).startsWith("/");
                if (parts[0].startsWith(".")) {
                    assertThat(DOCKER.resolve(parts[0])).isRegularFile();
                    assertThat(parts[2]).isEqualTo("ro");
                } else {
                    assertThat(volumes).contains(parts[0]);
                }
            }
            for (String port : texts(service.path("ports"))) {
                assertThat(port).as("published to this machine alone").startsWith("127.0.0.1:");
            }
            assertThat(names(compose.path("services")))
                    .containsAll(names(service.path("depends_on")));
        }
    }

    @Test
    void theNodesImageIsBuiltFromFilesThatAreThereAndHasWhatIsAskedOfIt() throws Exception {
        JsonNode build = service("oxbow").path("build");
        Path context = DOCKER.resolve(build.path("context").asText()).normalize();
        Path dockerfile = context.resolve(build.path("dockerfile").asText());
        String text = Files.readString(dockerfile).replace("\\\n", " ");
        Set<String> arguments = new HashSet<>();
        for (String line : text.lines().toList()) {
            String[] words = line.split("[ =]+");
            switch (words[0]) {
                case "ARG" -> arguments.add(words[1]);
                case "COPY" -> {
                    if (!line.contains("--from=") && !line.contains("${")) {
                        assertThat(context.resolve(words[1])).as(line).exists();
                    }
                }
                case "FROM" ->
                        Pattern.compile("\\$\\{(\\w+)}")
                                .matcher(line)
                                .results()
                                .forEach(base -> assertThat(arguments).contains(base.group(1)));
                default -> {}
            }
        }
        assertThat(arguments).contains("BUILD_BASE", "RUN_BASE", "APP");
        assertThat(names(build.path("args"))).isSubsetOf(arguments);
        assertThat(text)
                .contains("HEALTHCHECK")
                .contains("STOPSIGNAL SIGTERM")
                .containsPattern("(?m)^USER [1-9]")
                .contains("VOLUME " + properties.get("oxbow.data.dir"));
        // Services wait for the health check that the image has.
        service("trino")
                .path("depends_on")
                .forEach(on ->
                        assertThat(on.path("condition").asText()).isEqualTo("service_healthy"));
        assertThat(Files.isExecutable(DOCKER.resolve("healthy"))).isTrue();
        assertThat(texts(service("oxbow").path("command")))
                .containsExactly("start", "--config", mounted("oxbow", "./oxbow.properties"));
    }

    /** Returns the path at which a service finds a file. */
    private String mounted(String service, String file) {
        return texts(service(service).path("volumes")).stream()
                .filter(volume -> volume.startsWith(file + ":"))
                .map(volume -> volume.split(":")[1])
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyKeyIsANodesAndEveryAddressIsServed() throws Exception {
        assertThat(NodeConfigKeys.all()).containsAll(properties.keySet());
        Map<String, String> given = new HashMap<>(properties);
        given.remove("oxbow.memory"); // only for a JVM that was started with it
        NodeConfig.of(given);

        int http = URI.create("http://" + properties.get("oxbow.http.listener")).getPort();
        assertThat(texts(service("oxbow").path("ports")))
                .containsExactly(
                        "127.0.0.1:9092:%d".formatted(port("HOST")),
                        "127.0.0.1:8181:%d".formatted(http));
        assertThat(properties.get("advertised.listeners"))
                .contains("HOST://127.0.0.1:9092")
                .contains("PLAINTEXT://oxbow:" + port("PLAINTEXT"));
        Map<String, String> trino = properties("trino/oxbow.properties");
        assertThat(trino.get("iceberg.rest-catalog.uri"))
                .isEqualTo("http://oxbow:%d/iceberg".formatted(http));
        assertThat(mounted("trino", "./trino/oxbow.properties"))
                .isEqualTo("/etc/trino/catalog/oxbow.properties");
        assertThat(properties.get("oxbow.http.hosts")).isEqualTo("oxbow");
        assertThat(mounted("prometheus", "./prometheus.yml"))
                .isEqualTo("/etc/prometheus/prometheus.yml");
        assertThat(target()).isEqualTo("oxbow:" + http);
    }

    private int port(String listener) {
        for (String each : properties.getOrDefault("listeners", "").split(",")) {
            URI uri = URI.create(each);
            if (listener.equalsIgnoreCase(uri.getScheme())) {
                return uri.getPort();
            }
        }
        throw new AssertionError("no listener " + listener);
    }

    private static JsonNode scrape() throws IOException {
        JsonNode jobs =
                YAML.readTree(DOCKER.resolve("prometheus.yml").toFile()).path("scrape_configs");
        assertThat(jobs).hasSize(1);
        return jobs.get(0);
    }

    private static String target() throws IOException {
        return scrape().at("/static_configs/0/targets/0").asText();
    }

    @Test
    void prometheusFindsSamplesWhereItLooks() throws Exception {
        Map<String, String> settings = new HashMap<>(properties);
        settings.remove("oxbow.data.dir");
        settings.remove("advertised.listeners");
        settings.put("listeners", "PLAINTEXT://127.0.0.1:0,HOST://127.0.0.1:0");
        settings.put("oxbow.http.listener", "127.0.0.1:0");
        try (var node = OxbowProcess.start(temporary.resolve("data"), settings)) {
            String path = scrape().path("metrics_path").asText("/metrics");
            String[] answer = get(node.http(), path, target()).split("\r\n\r\n", 2);

            assertThat(answer[0])
                    .startsWith("HTTP/1.1 200")
                    .containsPattern("(?i)content-type: text/plain;\\s*version=0\\.0\\.4");
            assertThat(PrometheusText.read(answer[1]))
                    .extracting(PrometheusText.Sample::name)
                    .contains("oxbow_wal_used_bytes", "oxbow_store_requests_total");
        }
    }

    /** Asks as Prometheus does, by the name that the node has in the network of the services. */
    private static String get(String address, String path, String host) throws IOException {
        URI uri = URI.create("http://" + address);
        try (var socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(
                            "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/plain;version=0.0.4\r\nConnection: close\r\n\r\n"
                                    .formatted(path, host)
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
