package io.oxbow.benchmarks.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.benchmarks.server.Lab;
import io.oxbow.benchmarks.server.LoadProcess;
import io.oxbow.benchmarks.server.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes topics, waits until each partition's leader answers, and fills them. */
public final class Topics {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration FILL_PATIENCE = Duration.ofMinutes(10);
    private static final Duration ASK_AGAIN = Duration.ofMillis(20);

    private Topics() {}

    public static void create(
            Server server, Contender contender, List<String> names, int partitions)
            throws IOException, InterruptedException {
        List<NewTopic> topics =
                names.stream()
                        .map(name ->
                                new NewTopic(name, partitions, contender.replicas())
                                        .configs(contender.topicConfigs()))
                        .toList();
        Set<TopicPartition> all =
                names.stream()
                        .flatMap(name ->
                                IntStream.range(0, partitions)
                                        .mapToObj(each -> new TopicPartition(name, each)))
                        .collect(Collectors.toSet());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = server.admin()) {
            admin.createTopics(topics).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            awaitLeaders(admin, all, deadline);
        } catch (TimeoutException e) {
            throw new IOException(
                    "%d topics of %d partitions were not there within %d s"
                            .formatted(names.size(), partitions, PATIENCE.toSeconds()),
                    e);
        } catch (ExecutionException e) {
            throw new IOException(
                    "%d topics of %d partitions were not made: %s"
                            .formatted(names.size(), partitions, e.getCause()),
                    e);
        }
    }

    /**
     * Blocks until the leader of each partition answers. In a cluster, a node that has not heard of
     * a topic yet says that there is none, and Kafka's client does not ask again.
     *
     * @param deadline as of {@link System#nanoTime}; the last answer counts then
     */
    public static void awaitLeaders(Admin admin, Set<TopicPartition> partitions, long deadline)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends =
                partitions.stream()
                        .collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest()));
        while (true) {
            long left = deadline - System.nanoTime();
            try {
                admin.listOffsets(ends).all().get(left, TimeUnit.NANOSECONDS);
                return;
            } catch (ExecutionException e) {
                boolean mayYetCome = e.getCause() instanceof UnknownTopicOrPartitionException;
                if (!mayYetCome || System.nanoTime() >= deadline) {
                    throw e;
                }
                Thread.sleep(ASK_AGAIN);
            }
        }
    }

    /** Produces so many records to topics, which all are acknowledged. */
    public static void fill(
            Lab lab, Server server, List<String> names, Workload workload, long records)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(workload.options());
        options.add("--topics=" + String.join(",", names));
        options.add("--records=" + records);
        try (LoadProcess load = LoadProcess.start(lab, server, "produce", options)) {
            load.await("started", START);
            JsonNode ended = load.await("ended", FILL_PATIENCE);
            if (ended.path("failed_records").asLong() > 0) {
                throw new IOException(
                        "the topics were not filled: " + ended.path("first_failure").asText());
            }
        }
    }
}
