package io.oxbow.node.process.cluster;

import static io.oxbow.node.process.KafkaTool.tool;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.KafkaTool;
import io.oxbow.node.process.Outcome;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the tools of Kafka that look at several brokers, and move between them, on two nodes. */
@Sampled
@Tag("slow")
class ClusterToolsProcessTest {

    private static final int PARTITIONS = 4;
    private static final String REASSIGN =
            "org.apache.kafka.tools.reassign.ReassignPartitionsCommand";

    @TempDir Path temporary = Path.of("");

    @Test
    void kafkasToolsSeeAndMoveWhatSeveralNodesLead() throws Exception {
        try (var one = start("one")) {
            try (var two = start("two");
                    var leaders = new Leaders(one.kafka(), "tools")) {
                leaders.create(PARTITIONS);
                spread(two);
                versions(one, two);
                reassign(one, two, leaders);
                elect(two);
                quorum(two);
                Outcome living = KafkaTool.unregister(one, 2);
                assertThat(living.out() + living.err()).contains("node 2 has 4 partitions");
                assertThat(two.terminate()).isZero();
            }
            leaders(one, 1);
            assertThat(KafkaTool.unregister(one, 2).succeeded().out())
                    .contains("Broker 2 is no longer registered");
            Outcome again = KafkaTool.unregister(one, 2);
            assertThat(again.out() + again.err()).contains("there is no node 2 any more");
            assertThat(one.terminate()).isZero();
        }
    }

    private static void spread(OxbowProcess node) throws Exception {
        assertThat(describe(node))
                .contains("PartitionCount: 4")
                .containsPattern("Leader: 1\\b")
                .containsPattern("Leader: 2\\b");
    }

    private static void leaders(OxbowProcess node, int leader) throws Exception {
        assertThat(describe(node).lines().filter(line -> line.contains("Leader: " + leader)))
                .hasSize(PARTITIONS);
    }

    private static String describe(OxbowProcess node) throws Exception {
        return tool(node, "TopicCommand", "--describe", "--topic", "tools").succeeded().out();
    }

    private static void versions(OxbowProcess one, OxbowProcess two) throws Exception {
        assertThat(tool(two, "BrokerApiVersionsCommand").succeeded().out())
                .contains(one.kafka() + " (id: 1", two.kafka() + " (id: 2")
                .contains("Produce(0): ");
    }

    /** All go to node 2, at once, although the throttle would hold them for hours. */
    private void reassign(OxbowProcess one, OxbowProcess two, Leaders leaders) throws Exception {
        Path topics = temporary.resolve("topics.json");
        Files.writeString(topics, "{\"topics\":[{\"topic\":\"tools\"}],\"version\":1}");
        assertThat(
                        tool(
                                        one,
                                        REASSIGN,
                                        "--generate",
                                        "--topics-to-move-json-file",
                                        topics.toString(),
                                        "--broker-list",
                                        "1,2")
                                .succeeded()
                                .out())
                .contains("Proposed partition reassignment configuration");
        Path plan = temporary.resolve("plan.json");
        Files.writeString(
                plan,
                IntStream.range(0, PARTITIONS)
                        .mapToObj(
                                "{\"topic\":\"tools\",\"partition\":%d,\"replicas\":[2]}"
                                        ::formatted)
                        .collect(Collectors.joining(",", "{\"version\":1,\"partitions\":[", "]}")));
        String file = plan.toString();
        tool(one, REASSIGN, "--execute", "--reassignment-json-file", file, "--throttle", "1")
                .succeeded();
        leaders.awaitCount(2, PARTITIONS);
        assertThat(
                        tool(two, REASSIGN, "--verify", "--reassignment-json-file", file)
                                .succeeded()
                                .out())
                .contains("Reassignment of partition tools-0 is completed")
                .contains("Clearing broker-level throttles");
        assertThat(tool(two, REASSIGN, "--list").succeeded().out())
                .contains("No partition reassignments found");
        leaders(one, 2);
    }

    private static void elect(OxbowProcess node) throws Exception {
        tool(
                        node,
                        "LeaderElectionCommand",
                        "--election-type",
                        "preferred",
                        "--all-topic-partitions")
                .succeeded();
        leaders(node, 2);
    }

    private static void quorum(OxbowProcess node) throws Exception {
        assertThat(tool(node, "MetadataQuorumCommand", "describe", "--status").succeeded().out())
                .containsPattern("LeaderId: +1\\b")
                .containsPattern("LeaderEpoch: +[0-9]+")
                .containsPattern("CurrentVoters: .*1.*2");
        assertThat(
                        tool(node, "MetadataQuorumCommand", "describe", "--replication")
                                .succeeded()
                                .out()
                                .lines()
                                .filter(line ->
                                        line.contains("Leader") || line.contains("Follower")))
                .anySatisfy(line -> assertThat(line).startsWith("1").contains("Leader"))
                .anySatisfy(line -> assertThat(line).startsWith("2").contains("Follower"));
    }

    private OxbowProcess start(String directory) throws Exception {
        return OxbowProcess.start(
                temporary.resolve(directory),
                Map.of(
                        "oxbow.store", temporary.resolve("bucket").toUri().toString(),
                        "oxbow.wal", "object",
                        "oxbow.balance.enable", "false"));
    }
}
