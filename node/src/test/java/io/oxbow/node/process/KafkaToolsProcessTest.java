package io.oxbow.node.process;

import static io.oxbow.node.process.KafkaTool.tool;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests Kafka's own command-line tools, unmodified, against a node. */
@Tag("slow")
class KafkaToolsProcessTest {

    @TempDir Path temporary = Path.of("");

    @Test
    void kafkasToolsWork() throws Exception {
        try (var node = OxbowProcess.start(temporary.resolve("data"), Map.of())) {
            topics(node);
            configs(node);
            producesAndConsumes(node);
            groups(node);
            deletesRecords(node);
            places(node);
            quorum(node);
            tool(node, "TopicCommand", "--delete", "--topic", "tools").succeeded();
            assertThat(tool(node, "TopicCommand", "--list").succeeded().out())
                    .doesNotContain("tools");
        }
    }

    private void topics(OxbowProcess node) throws Exception {
        tool(
                        node,
                        "TopicCommand",
                        "--create",
                        "--topic",
                        "tools",
                        "--partitions",
                        "2",
                        "--replication-factor",
                        "3")
                .succeeded();
        assertThat(tool(node, "TopicCommand", "--list").succeeded().out()).contains("tools");
        assertThat(tool(node, "TopicCommand", "--describe", "--topic", "tools").succeeded().out())
                .contains("PartitionCount: 2")
                .contains("ReplicationFactor: 1");
        tool(node, "TopicCommand", "--alter", "--topic", "tools", "--partitions", "3").succeeded();
    }

    private void configs(OxbowProcess node) throws Exception {
        String topic = "tools";
        tool(
                        node,
                        "kafka.admin.ConfigCommand",
                        "--alter",
                        "--topic",
                        topic,
                        "--add-config",
                        "retention.ms=3600000")
                .succeeded();
        assertThat(
                        tool(node, "kafka.admin.ConfigCommand", "--describe", "--topic", topic)
                                .succeeded()
                                .out())
                .contains("retention.ms=3600000");
        Outcome bad =
                tool(
                        node,
                        "kafka.admin.ConfigCommand",
                        "--alter",
                        "--topic",
                        topic,
                        "--add-config",
                        "table.freshness.ms=soon");
        assertThat(bad.exit()).isNotZero();
        assertThat(bad.out() + bad.err()).contains("table.freshness.ms");
    }

    private void producesAndConsumes(OxbowProcess node) throws Exception {
        List<String> produce = KafkaTool.command("ConsoleProducer", node);
        produce.addAll(List.of("--topic", "tools"));
        Outcome.of(produce, "one\ntwo\nthree\n").succeeded();
        assertThat(
                        tool(node, "GetOffsetShell", "--topic", "tools")
                                .succeeded()
                                .out()
                                .lines()
                                .mapToLong(line -> Long.parseLong(line.split(":")[2]))
                                .sum())
                .isEqualTo(3);
        assertThat(
                        tool(
                                        node,
                                        "org.apache.kafka.tools.consumer.ConsoleConsumer",
                                        "--topic",
                                        "tools",
                                        "--from-beginning",
                                        "--group",
                                        "tools-group",
                                        "--max-messages",
                                        "3",
                                        "--timeout-ms",
                                        "30000")
                                .succeeded()
                                .out()
                                .lines())
                .containsExactlyInAnyOrder("one", "two", "three");
    }

    private void groups(OxbowProcess node) throws Exception {
        String groups = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
        assertThat(tool(node, groups, "--list").succeeded().out()).contains("tools-group");
        assertThat(tool(node, groups, "--describe", "--group", "tools-group").succeeded().out())
                .contains("tools");
        tool(
                        node,
                        groups,
                        "--reset-offsets",
                        "--to-earliest",
                        "--group",
                        "tools-group",
                        "--topic",
                        "tools",
                        "--execute")
                .succeeded();
        tool(node, groups, "--delete", "--group", "tools-group").succeeded();
    }

    private void deletesRecords(OxbowProcess node) throws Exception {
        Path offsets = temporary.resolve("offsets.json");
        Files.writeString(
                offsets,
                """
                {"partitions":[{"topic":"tools","partition":0,"offset":-1},
                {"topic":"tools","partition":1,"offset":-1},
                {"topic":"tools","partition":2,"offset":-1}],"version":1}\
                """);
        tool(node, "DeleteRecordsCommand", "--offset-json-file", offsets.toString()).succeeded();
        assertThat(
                        tool(node, "GetOffsetShell", "--topic", "tools", "--time", "-2")
                                .succeeded()
                                .out()
                                .lines()
                                .mapToLong(line -> Long.parseLong(line.split(":")[2]))
                                .sum())
                .isEqualTo(3);
    }

    /** On one node all stays where it is; several are {@code ClusterToolsProcessTest}'s. */
    private void places(OxbowProcess node) throws Exception {
        Path plan = temporary.resolve("plan.json");
        Files.writeString(
                plan,
                """
                {"version":1,"partitions":[{"topic":"tools","partition":0,"replicas":[1]}]}\
                """);
        String reassign = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand";
        String file = plan.toString();
        tool(node, reassign, "--execute", "--reassignment-json-file", file, "--throttle", "1000000")
                .succeeded();
        assertThat(
                        tool(node, reassign, "--verify", "--reassignment-json-file", file)
                                .succeeded()
                                .out())
                .contains("Reassignment of partition tools-0 is completed");
        tool(
                        node,
                        "LeaderElectionCommand",
                        "--election-type",
                        "preferred",
                        "--all-topic-partitions")
                .succeeded();
    }

    private static void quorum(OxbowProcess node) throws Exception {
        assertThat(tool(node, "MetadataQuorumCommand", "describe", "--status").succeeded().out())
                .containsPattern("LeaderId: +1\\b");
        assertThat(
                        tool(node, "MetadataQuorumCommand", "describe", "--replication")
                                .succeeded()
                                .out())
                .contains("Leader");
        Outcome living = KafkaTool.unregister(node, 1);
        assertThat(living.out() + living.err()).contains("partitions");
        Outcome unknown = KafkaTool.unregister(node, 7);
        assertThat(unknown.out() + unknown.err()).contains("there is no node 7");
    }
}
