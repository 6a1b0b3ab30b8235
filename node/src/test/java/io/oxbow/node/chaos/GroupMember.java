package io.oxbow.node.chaos;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Member of a consumer group that commits every second what it has read. */
final class GroupMember implements AutoCloseable {

    private static final long COMMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String group;
    private final String topic;
    private final History history;
    private final Map<String, Object> config = new HashMap<>();
    private final Thread thread;
    private final Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();

    /** Partitions of which nothing was read since they were assigned. */
    private final Set<TopicPartition> fresh = new HashSet<>();

    private volatile boolean stopping;

    /**
     * Begins to read at once.
     *
     * @param protocol Kafka's {@code group.protocol}
     */
    GroupMember(String group, String protocol, String bootstrap, String topic, History history) {
        this.group = group;
        this.topic = topic;
        this.history = history;
        config.put("bootstrap.servers", bootstrap);
        config.put("group.id", group);
        config.put("group.protocol", protocol);
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", false);
        config.put("request.timeout.ms", 10_000);
        config.put("default.api.timeout.ms", 15_000);
        config.put("reconnect.backoff.max.ms", 500);
        this.thread = Thread.ofPlatform().name("member of " + group).start(this::run);
    }

    private void run() {
        try (var consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic), new Assignment());
            long committed = System.nanoTime();
            while (!stopping) {
                consumer.poll(Duration.ofMillis(200)).forEach(this::read);
                if (System.nanoTime() - committed > COMMIT_NANOS) {
                    commit(consumer);
                    committed = System.nanoTime();
                }
            }
        } catch (RuntimeException e) {
            history.note(at -> new Event.Died(at, thread.getName(), e.toString()));
        }
    }

    private void read(ConsumerRecord<String, String> each) {
        var partition = new TopicPartition(each.topic(), each.partition());
        Event.Item item = Document.read(partition, each.value());
        if (fresh.remove(partition)) {
            history.note(at -> new Event.Assigned(at, group, partition, each.offset()));
        }
        history.note(at -> new Event.Read(at, group, item, each.offset()));
        read.put(partition, new OffsetAndMetadata(each.offset() + 1));
    }

    /** Commits, or not: what an application does in these cases is to go on. */
    private void commit(KafkaConsumer<String, String> consumer) {
        var offsets = Map.copyOf(read);
        try {
            consumer.commitSync(offsets);
            offsets.forEach((partition, offset) ->
                    history.note(at -> new Event.Committed(at, group, partition, offset.offset())));
        } catch (CommitFailedException
                | RebalanceInProgressException
                | RetriableCommitFailedException
                | FencedInstanceIdException
                | TimeoutException e) {
            // the member has lost its partitions, or will ask again
            history.commitFailed();
        }
    }

    void stop() throws InterruptedException {
        stopping = true;
        thread.join(TimeUnit.SECONDS.toMillis(30));
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }

    /** Forgets what was read of partitions that go, and marks those that come. */
    private final class Assignment implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            fresh.addAll(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            fresh.removeAll(partitions);
            partitions.forEach(read::remove);
        }
    }
}
