package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.s3stream.image.WalKind;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.Endpoint;
import org.junit.jupiter.api.Test;

/** Tests that the three nodes of {@code docker/compose.cluster.yaml} can be one cluster. */
class ComposeClusterTest {

    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    private final JsonNode compose =
            new ObjectMapper(new YAMLFactory())
                    .readTree(OxbowProcess.home().resolve("docker/compose.cluster.yaml").toFile());

    ComposeClusterTest() throws IOException {}

    private NodeConfig config(String node) throws IOException {
        var properties = new Properties();
        properties.load(
                new StringReader(compose.path("configs").path(node).path("content").asText()));
        Map<String, String> given =
                properties.stringPropertyNames().stream()
                        .collect(Collectors.toMap(key -> key, properties::getProperty));
        return NodeConfig.of(given);
    }

    @Test
    void nodesShareABucketAndDifferInTheirAddressesAndZones() throws IOException {
        Set<String> addresses = new HashSet<>();
        Set<String> zones = new HashSet<>();
        Set<String> stores = new HashSet<>();
        for (String node : NODES) {
            NodeConfig config = config(node);
            stores.add(config.store() + config.lineage() + config.storeOptions().shown());
            zones.add(config.broker().rack());
            assertThat(config.engine().wal().kind()).isEqualTo(WalKind.OBJECT);
            assertThat(config.namesNode()).isFalse();
            assertThat(config.http().hosts()).contains(node);
            assertThat(config.rpc().listener().host()).isEqualTo(node);
            List<Endpoint> told = config.broker().advertised(config.broker().listeners());
            assertThat(told).anyMatch(endpoint -> endpoint.host().equals(node));
            told.forEach(endpoint ->
                    assertThat(addresses.add(endpoint.host() + ":" + endpoint.port())).isTrue());
        }
        assertThat(stores).hasSize(1);
        assertThat(zones).hasSize(NODES.size());
    }

    @Test
    void everyNodeIsPublishedToThisMachineAloneUnderThePortThatItAdvertises() throws IOException {
        for (String node : NODES) {
            JsonNode service = compose.path("services").path(node);
            assertThat(service.path("configs").get(0).path("source").asText()).isEqualTo(node);
            int kafka =
                    config(node).broker().listeners().stream()
                            .filter(endpoint -> endpoint.listener().equals("HOST"))
                            .mapToInt(Endpoint::port)
                            .sum();
            assertThat(service.path("ports").get(0).asText())
                    .isEqualTo("127.0.0.1:%1$d:%1$d".formatted(kafka));
            assertThat(service.path("ports").get(1).asText())
                    .matches("127\\.0\\.0\\.1:8[123]81:8181");
        }
    }
}
