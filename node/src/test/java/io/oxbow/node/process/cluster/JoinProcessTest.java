package io.oxbow.node.process.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.node.process.NumberedLoad;
import io.oxbow.node.process.Outcome;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.node.rpc.TestAuthority;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests how processes on one bucket become nodes of one cluster. Ids come from the log, data
 * directories prove them, and whoever would take what another has is refused and changes nothing.
 */
@Sampled
@Tag("slow")
class JoinProcessTest {

    @TempDir Path temporary = Path.of("");

    @Test
    void nodesWithoutIdsGetTheirsFromTheLogAndKeepThem() throws Exception {
        try (var one = start("one", Map.of())) {
            try (var two = start("two", Map.of())) {
                assertThat(ids(one)).isEqualTo(ids(two)).containsExactly(1, 2);
                assertTransactions(two);
                two.kill();
            }
            try (var two = start("two", Map.of());
                    var three = start("three", Map.of())) {
                assertThat(two.log()).contains("node 2 is up");
                assertThat(ids(two)).containsExactly(1, 2, 3);
                assertThat(three.terminate()).isZero();
                assertThat(two.terminate()).isZero();
            }
            assertThat(one.terminate()).isZero();
        }
    }

    @Test
    void newcomerThatWouldTakeWhatAnotherNodeHasIsRefused() throws Exception {
        try (var one = start("one", Map.of());
                var load = new NumberedLoad(one.kafka(), "numbers", 2, 100)) {
            load.awaitMore(500);
            assertRefused(
                    "one",
                    Map.of(),
                    "another process runs on this data directory; give this node one of its own");
            assertRefused(
                    "two",
                    Map.of("advertised.listeners", "PLAINTEXT://" + one.kafka()),
                    one.kafka()
                            + " (advertised.listeners, or listeners without them) is held by"
                            + " node 1");
            assertRefused("two", Map.of("node.id", "1"), "node id 1 is held by node 1");
            assertRefused(
                    "two",
                    Map.of("oxbow.rpc.listener", "0.0.0.0:0", "oxbow.insecure.listeners", "rpc"),
                    "would reach themselves by it");
            load.awaitMore(500);
            load.finish();
            load.verify(one.kafka());
            assertThat(ids(one)).containsExactly(1);
            assertThat(one.terminate()).isZero();
        }
    }

    @Test
    void nodesWithCertificatesJoinEachOther() throws Exception {
        var authority = new TestAuthority(temporary, "cluster");
        try (var one = start("one", tls(authority, "one"));
                var two = start("two", tls(authority, "two"))) {
            assertThat(ids(one)).isEqualTo(ids(two)).containsExactly(1, 2);
            assertThat(two.terminate()).isZero();
            assertThat(one.terminate()).isZero();
        }
    }

    private static Map<String, String> tls(TestAuthority authority, String node) throws Exception {
        NodeConfig.Certificates files = authority.sign(node, "ip:127.0.0.1");
        return Map.of(
                "oxbow.rpc.ssl.keystore.location",
                files.own().toString(),
                "oxbow.rpc.ssl.truststore.location",
                files.authorities().toString());
    }

    private static void assertTransactions(OxbowProcess node) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", node.kafka(), "transactional.id", "payments");
        var text = new StringSerializer();
        try (var producer = new KafkaProducer<>(config, text, text)) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("payments", "k", "v"));
            producer.commitTransaction();
        }
    }

    private void assertRefused(String directory, Map<String, String> given, String why)
            throws Exception {
        List<String> command =
                OxbowProcess.startCommand(temporary.resolve(directory), settings(given));
        Outcome refused = Outcome.of(command);
        assertThat(refused.exit()).as("%s", refused).isNotZero();
        assertThat(refused.err()).contains(why);
        assertThat(refused.out()).isEmpty();
    }

    private static List<Integer> ids(OxbowProcess node) throws Exception {
        var cluster = node.command("cluster", "describe", "--json", "--http", node.http());
        var ids = new ArrayList<Integer>();
        new ObjectMapper()
                .readTree(cluster.succeeded().out())
                .path("nodes")
                .forEach(each -> ids.add(each.path("node").asInt()));
        return ids;
    }

    private OxbowProcess start(String directory, Map<String, String> given) throws Exception {
        return OxbowProcess.start(temporary.resolve(directory), settings(given));
    }

    private Map<String, String> settings(Map<String, String> given) {
        Map<String, String> settings = new HashMap<>(given);
        settings.put("oxbow.store", temporary.resolve("bucket").toUri().toString());
        settings.put("oxbow.wal", "object");
        settings.put("num.partitions", "2");
        return settings;
    }
}
