package io.oxbow.node.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Clients of a cluster: idempotent producers, a group of each of Kafka's protocols, and a topic
 * with a table.
 */
final class Workload implements AutoCloseable {

    static final String PLAIN = "numbers";
    static final String WITH_TABLE = "events";

    private static final Map<String, Integer> PARTITIONS = Map.of(PLAIN, 6, WITH_TABLE, 3);
    private static final String CLASSIC_GROUP = "classic";
    private static final String CONSUMER_GROUP = "modern";

    private final String bootstrap;
    private final History history;
    private final List<SteadyProducer> producers = new ArrayList<>();
    private final List<GroupMember> members = new ArrayList<>();

    Workload(String bootstrap, History history) {
        this.bootstrap = bootstrap;
        this.history = history;
    }

    /** Makes the topics, and waits until each leader serves. */
    void createTopics() throws Exception {
        Map<String, String> table =
                Map.of("table.enable", "true", "table.freshness.ms", "2000", "retention.ms", "-1");
        List<NewTopic> topics = new ArrayList<>();
        PARTITIONS.forEach((topic, count) -> {
            var created = new NewTopic(topic, Optional.of(count), Optional.empty());
            topics.add(topic.equals(WITH_TABLE) ? created.configs(table) : created);
        });
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(topics).all().get();
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            partitions().forEach(partition -> ends.put(partition, OffsetSpec.latest()));
            admin.listOffsets(ends).all().get();
        }
    }

    static List<TopicPartition> partitions() {
        List<TopicPartition> partitions = new ArrayList<>();
        PARTITIONS.forEach((topic, count) -> {
            for (int i = 0; i < count; i++) {
                partitions.add(new TopicPartition(topic, i));
            }
        });
        return partitions;
    }

    void start() {
        producers.add(producer(0, PLAIN));
        producers.add(producer(1, PLAIN));
        producers.add(producer(2, WITH_TABLE));
        join(CLASSIC_GROUP, "classic", PLAIN);
        join(CONSUMER_GROUP, "consumer", WITH_TABLE);
    }

    private SteadyProducer producer(int id, String topic) {
        return new SteadyProducer(
                id, bootstrap, topic, Objects.requireNonNull(PARTITIONS.get(topic)), history);
    }

    private void join(String group, String protocol, String topic) {
        history.note(at -> new Event.Subscribed(at, group, topic));
        members.add(new GroupMember(group, protocol, bootstrap, topic, history));
        members.add(new GroupMember(group, protocol, bootstrap, topic, history));
    }

    /** Returns those parts in which nothing has gone on since a time, in words. */
    List<String> still(long since) {
        List<String> still = new ArrayList<>();
        for (TopicPartition partition : partitions()) {
            if (history.newestAcked(partition) < since) {
                still.add("produce to " + partition);
            }
            String group = partition.topic().equals(PLAIN) ? CLASSIC_GROUP : CONSUMER_GROUP;
            if (history.newestRead(group, partition) < since) {
                still.add("group %s of %s".formatted(group, partition));
            }
        }
        return still;
    }

    /** Ends sending, waits until all is answered and read, and ends reading. */
    void finish(Duration patience) throws InterruptedException {
        for (SteadyProducer producer : producers) {
            producer.stop();
        }
        long deadline = System.nanoTime() + patience.toNanos();
        while ((history.waiting() > 0 || history.unread() > 0) && System.nanoTime() < deadline) {
            Thread.sleep(200);
        }
        for (GroupMember member : members) {
            member.stop();
        }
    }

    /** Notes everything that the log has. */
    void readBack(Duration patience) {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "auto.offset.reset",
                        "none",
                        "default.api.timeout.ms",
                        (int) patience.toMillis());
        try (var consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> all = partitions();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            var ends = consumer.endOffsets(all);
            long deadline = System.nanoTime() + patience.toNanos();
            while (all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("reading back took longer than " + patience);
                }
                consumer.poll(Duration.ofMillis(500))
                        .forEach(each -> {
                            var partition = new TopicPartition(each.topic(), each.partition());
                            var item = Document.read(partition, each.value());
                            history.note(at -> new Event.Kept(at, item, each.offset()));
                        });
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        producers.forEach(SteadyProducer::close);
        for (GroupMember member : members) {
            member.close();
        }
    }
}
