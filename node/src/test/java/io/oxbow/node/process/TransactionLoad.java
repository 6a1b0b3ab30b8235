package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Transactional producers that write to all partitions of a topic until they are stopped, and a
 * reader of committed data beside them. One transaction of four is aborted. Whatever happens to the
 * nodes, the reader must have seen the committed ones whole, once, in order, and nothing else.
 */
public final class TransactionLoad implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final String bootstrap;
    private final String topic;
    private final int partitions;
    private final List<Thread> threads = new ArrayList<>();

    /** Values of committed transactions by producer, in order. */
    private final Map<String, List<String>> committed = new ConcurrentHashMap<>();

    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger unplanned = new AtomicInteger();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final Seen live;
    private volatile boolean stopping;

    /** Values that a reader of committed data was shown, by partition and producer, in order. */
    private static final class Seen {
        private final Map<Integer, Map<String, List<String>>> values = new ConcurrentHashMap<>();

        private void add(int partition, String value) {
            values.computeIfAbsent(partition, any -> new ConcurrentHashMap<>())
                    .computeIfAbsent(
                            value.substring(0, value.indexOf('-')), any -> new ArrayList<>())
                    .add(value);
        }
    }

    /** Starts at once, with so many producers. */
    public TransactionLoad(String bootstrap, String topic, int partitions, int producers) {
        this.bootstrap = bootstrap;
        this.topic = topic;
        this.partitions = partitions;
        this.live = new Seen();
        for (int i = 0; i < producers; i++) {
            String id = "payer" + i;
            committed.put(id, new ArrayList<>());
            threads.add(Thread.ofPlatform().name(id).start(() -> guarded(() -> produce(id))));
        }
        threads.add(Thread.ofPlatform().name("reader").start(() -> guarded(this::readOn)));
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            failures.add(e);
        }
    }

    private static Map<String, Object> producerConfig(String bootstrap, String id) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("transactional.id", id);
        config.put("delivery.timeout.ms", 120_000);
        config.put("request.timeout.ms", 10_000);
        config.put("max.block.ms", 60_000);
        config.put("reconnect.backoff.max.ms", 200);
        return config;
    }

    private void produce(String id) {
        try (var producer =
                new KafkaProducer<>(
                        producerConfig(bootstrap, id),
                        new StringSerializer(),
                        new StringSerializer())) {
            patiently(producer::initTransactions);
            for (int number = 0; !stopping; number++) {
                transaction(producer, id, number);
            }
        }
    }

    private void transaction(KafkaProducer<String, String> producer, String id, int number) {
        var values = List.of("%s-%d-first".formatted(id, number), id + "-" + number + "-second");
        producer.beginTransaction();
        try {
            for (String value : values) {
                for (int partition = 0; partition < partitions; partition++) {
                    producer.send(new ProducerRecord<>(topic, partition, id, value));
                }
                producer.flush();
            }
            if (number % 4 == 3) {
                patiently(producer::abortTransaction);
            } else {
                patiently(producer::commitTransaction);
                Objects.requireNonNull(committed.get(id)).addAll(values);
                count.incrementAndGet();
            }
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw e;
        } catch (KafkaException e) {
            // Nothing was committed: what failed came before the request to commit.
            unplanned.incrementAndGet();
            patiently(producer::abortTransaction);
        }
    }

    /** Tries again while the outcome is unknown, as a producer has to. */
    private static void patiently(Runnable step) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                step.run();
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    private KafkaConsumer<String, String> reader(String topic) {
        var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers", bootstrap,
                                "isolation.level", "read_committed",
                                "auto.offset.reset", "none"),
                        new StringDeserializer(),
                        new StringDeserializer());
        consumer.assign(all(topic));
        consumer.seekToBeginning(all(topic));
        return consumer;
    }

    private List<TopicPartition> all(String topic) {
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            all.add(new TopicPartition(topic, i));
        }
        return all;
    }

    private void readOn() {
        try (var consumer = reader(topic)) {
            while (!stopping) {
                poll(consumer, live);
            }
        }
    }

    private static void poll(KafkaConsumer<String, String> consumer, Seen seen) {
        consumer.poll(Duration.ofMillis(200))
                .forEach(record -> seen.add(record.partition(), record.value()));
    }

    /** Waits until so many more transactions are committed. */
    public void awaitMore(int more) throws InterruptedException {
        int target = count.get() + more;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (count.get() < target) {
            assertThat(failures).isEmpty();
            assertThat(System.nanoTime())
                    .as("transactions stand still at %s", count)
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** Returns the transactions that were committed so far. */
    public int committedCount() {
        return count.get();
    }

    /** Returns the transactions that were aborted though they were to be committed. */
    public int unplannedAborts() {
        return unplanned.get();
    }

    /** Ends all producers, with their transactions decided, and the reader. */
    public void finish() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    /** Reads all committed data to the end: every committed transaction is there, and no other. */
    public void verify() {
        Seen whole = committedIn(topic);
        live.values.forEach((partition, byProducer) ->
                byProducer.forEach((id, values) ->
                        assertThat(whole.values.getOrDefault(partition, Map.of()).get(id))
                                .as("what a reader saw of partition %d at once", partition)
                                .startsWith(values.toArray(String[]::new))));
    }

    /** Reads a copy, which must hold what was committed here, partition by partition. */
    public void verifyCopy(String copy) {
        assertThat(committedIn(copy).values).hasSize(partitions);
    }

    /**
     * Returns the ends of the logs. Those of committed data may lie below: a producer has its
     * answer before its last markers are written.
     */
    private Map<TopicPartition, Long> ends(String topic) {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrap),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            return consumer.endOffsets(all(topic));
        }
    }

    private Seen committedIn(String copy) {
        var whole = new Seen();
        try (var consumer = reader(copy)) {
            Map<TopicPartition, Long> ends = ends(copy);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (all(copy).stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                assertThat(System.nanoTime())
                        .as("a transaction of %s stays open", copy)
                        .isLessThan(deadline);
                poll(consumer, whole);
            }
        }
        for (int partition = 0; partition < partitions; partition++) {
            assertThat(whole.values.getOrDefault(partition, Map.of()))
                    .as("partition %d of %s", partition, copy)
                    .isEqualTo(committed);
        }
        return whole;
    }

    @Override
    public void close() {
        stopping = true;
        threads.forEach(Thread::interrupt);
    }
}
