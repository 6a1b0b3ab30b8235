package io.oxbow.node.process.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** Leaders of a topic's partitions, seen and changed by an admin client. */
final class Leaders implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Admin admin;
    private final String topic;

    Leaders(String bootstrap, String topic) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        this.topic = topic;
    }

    /**
     * Creates the topic, and waits until each leader serves. A producer that begins earlier may
     * have its first batch refused and its second one taken.
     */
    void create(int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            ends.put(new TopicPartition(topic, i), OffsetSpec.latest());
        }
        admin.listOffsets(ends).all().get();
    }

    /** Moves each partition to another node, and waits until it is led there. */
    void moveAll() throws Exception {
        Map<Integer, Integer> goals = new TreeMap<>();
        List<Integer> nodes =
                admin.describeCluster().nodes().get().stream().map(Node::id).sorted().toList();
        byPartition()
                .forEach((partition, leader) ->
                        goals.put(
                                partition, nodes.get((nodes.indexOf(leader) + 1) % nodes.size())));
        move(goals);
    }

    /** Moves partitions round robin to the nodes given, and waits until they are led there. */
    void moveTo(Integer... nodes) throws Exception {
        Map<Integer, Integer> goals = new TreeMap<>();
        for (int partition : byPartition().keySet()) {
            goals.put(partition, nodes[partition % nodes.length]);
        }
        move(goals);
    }

    private void move(Map<Integer, Integer> goals) throws Exception {
        Map<TopicPartition, Optional<NewPartitionReassignment>> wanted = new HashMap<>();
        goals.forEach((partition, node) ->
                wanted.put(
                        new TopicPartition(topic, partition),
                        Optional.of(new NewPartitionReassignment(List.of(node)))));
        admin.alterPartitionReassignments(wanted).all().get();
        await("led where they were moved to", () -> byPartition().equals(goals));
        await(
                "no move is left",
                () -> admin.listPartitionReassignments().reassignments().get().isEmpty());
    }

    /** Waits until so many nodes lead partitions. */
    void awaitAll(int nodes) throws Exception {
        await(
                nodes + " nodes lead partitions",
                () -> {
                    Set<Integer> leaders = new TreeSet<>(byPartition().values());
                    leaders.remove(-1);
                    return leaders.size() == nodes;
                });
    }

    /** Waits until a node leads so many partitions; -1 stands for no node. */
    void awaitCount(int node, int count) throws Exception {
        await(
                "%d partitions are led by %d".formatted(count, node),
                () ->
                        byPartition().values().stream().filter(each -> each == node).count()
                                == count);
    }

    private Map<Integer, Integer> byPartition() throws ExecutionException, InterruptedException {
        Map<Integer, Integer> leaders = new TreeMap<>();
        for (TopicPartitionInfo each :
                admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get()
                        .get(topic)
                        .partitions()) {
            leaders.put(each.partition(), each.leader() == null ? -1 : each.leader().id());
        }
        return leaders;
    }

    private interface Condition {
        boolean holds() throws ExecutionException, InterruptedException;
    }

    private static void await(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
