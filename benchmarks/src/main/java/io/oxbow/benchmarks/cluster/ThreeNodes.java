package io.oxbow.benchmarks.cluster;

import io.oxbow.benchmarks.scenario.Contender;
import io.oxbow.benchmarks.scenario.Topics;
import io.oxbow.benchmarks.server.KafkaServers;
import io.oxbow.benchmarks.server.Lab;
import io.oxbow.benchmarks.server.OxbowServers;
import io.oxbow.benchmarks.server.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Cluster of three nodes, with ids from 1 to 3, and an admin client to them. Oxbow's have their
 * write-ahead logs in the bucket.
 */
public final class ThreeNodes implements AutoCloseable {

    static final int NODES = 3;

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration ASK_AGAIN = Duration.ofMillis(20);

    private final Contender contender;
    private final Server server;
    private final Admin admin;

    private ThreeNodes(Contender contender, Server server) {
        this.contender = contender;
        this.server = server;
        this.admin = server.admin();
    }

    /**
     * Starts all nodes.
     *
     * @param oxbowSettings what the scenario needs of Oxbow beside its defaults
     */
    static ThreeNodes start(Contender contender, Lab lab, Map<String, String> oxbowSettings)
            throws IOException, InterruptedException {
        return start(contender, lab, oxbowSettings, NODES);
    }

    /** Starts the first {@code count} nodes. */
    static ThreeNodes start(
            Contender contender, Lab lab, Map<String, String> oxbowSettings, int count)
            throws IOException, InterruptedException {
        Server server = prepare(contender, lab, oxbowSettings);
        boolean ready = false;
        try {
            for (int id = 1; id <= count; id++) {
                server.launch(id);
            }
            server.awaitReady();
            ready = true;
            return new ThreeNodes(contender, server);
        } finally {
            if (!ready) {
                server.close();
            }
        }
    }

    private static Server prepare(Contender contender, Lab lab, Map<String, String> oxbowSettings)
            throws IOException, InterruptedException {
        if (contender != Contender.OXBOW) {
            return KafkaServers.prepare(lab, NODES);
        }
        Map<String, String> settings = new HashMap<>(oxbowSettings);
        settings.putIfAbsent("oxbow.wal", "object");
        return OxbowServers.prepare(lab, NODES, settings, List.of());
    }

    Server server() {
        return server;
    }

    Admin admin() {
        return admin;
    }

    /** Returns the id of the node that leads the metadata log. */
    int metadataLeader() throws IOException, InterruptedException {
        return get(admin.describeMetadataQuorum().quorumInfo()).leaderId();
    }

    /** Returns the id of a node that is none of {@code ids}. */
    static int anotherThan(Integer... ids) {
        return IntStream.rangeClosed(1, NODES)
                .filter(id -> !List.of(ids).contains(id))
                .findFirst()
                .orElseThrow();
    }

    /** Makes a topic whose partitions are spread over the nodes. */
    void create(String topic, int partitions) throws IOException, InterruptedException {
        Topics.create(server, contender, List.of(topic), partitions);
    }

    /**
     * Makes a topic whose partitions one node leads.
     *
     * @param replicas of Kafka's partitions; Oxbow's have none
     */
    void create(String topic, int partitions, int leader, int replicas)
            throws IOException, InterruptedException {
        List<Integer> nodes = new ArrayList<>(List.of(leader));
        for (int id = 1; id <= NODES && contender != Contender.OXBOW; id++) {
            if (id != leader && nodes.size() < replicas) {
                nodes.add(id);
            }
        }
        Map<Integer, List<Integer>> assignments =
                IntStream.range(0, partitions)
                        .boxed()
                        .collect(Collectors.toMap(Function.identity(), each -> nodes));
        get(admin.createTopics(List.of(new NewTopic(topic, assignments))).all());
        await(
                "leaders of " + topic,
                () -> ledBy(topic, leader) == partitions && answers(topic, partitions));
    }

    private boolean answers(String topic, int partitions) throws InterruptedException {
        try {
            Topics.awaitLeaders(
                    admin,
                    IntStream.range(0, partitions)
                            .mapToObj(each -> new TopicPartition(topic, each))
                            .collect(Collectors.toSet()),
                    System.nanoTime() + PATIENCE.toNanos());
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Returns the number of a topic's partitions that a node leads, as its metadata says. */
    long ledBy(String topic, int id) throws IOException, InterruptedException {
        return get(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
                .flatMap(each -> each.partitions().stream())
                .map(TopicPartitionInfo::leader)
                .filter(leader -> leader != null && leader.id() == id)
                .count();
    }

    /** Makes a node the only one of partitions, and waits until it leads them. */
    void move(List<TopicPartition> partitions, int id) throws IOException, InterruptedException {
        var target = Optional.of(new NewPartitionReassignment(List.of(id)));
        get(
                admin.alterPartitionReassignments(
                                partitions.stream()
                                        .collect(
                                                Collectors.toMap(
                                                        Function.identity(), each -> target)))
                        .all());
        await(
                "moves to node " + id,
                () -> get(admin.listPartitionReassignments().reassignments()).isEmpty());
        for (String topic : partitions.stream().map(TopicPartition::topic).distinct().toList()) {
            long there = partitions.stream().filter(each -> each.topic().equals(topic)).count();
            await("node %d as leader".formatted(id), () -> ledBy(topic, id) >= there);
        }
    }

    /** Waits until a node that was started is one of the cluster's. */
    void awaitMember(int id) throws IOException, InterruptedException {
        await(
                "node " + id,
                () ->
                        get(admin.describeCluster().nodes()).stream()
                                .map(Node::id)
                                .anyMatch(each -> each == id));
    }

    /** A question to the cluster. */
    @FunctionalInterface
    interface Question {
        boolean isAnswered() throws IOException, InterruptedException;
    }

    /** Asks until the answer is yes. */
    static void await(String what, Question question) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!question.isAnswered()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("%s did not come within %s".formatted(what, PATIENCE));
            }
            Thread.sleep(ASK_AGAIN);
        }
    }

    static <T> T get(KafkaFuture<T> answer) throws IOException, InterruptedException {
        try {
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the cluster did not do it: " + e, e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
        server.close();
    }
}
