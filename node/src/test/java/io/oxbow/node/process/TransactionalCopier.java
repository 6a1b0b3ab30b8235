package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A group's consumer of committed data that copies it, record by record and partition by partition,
 * in transactions which have its offsets in them.
 */
public final class TransactionalCopier implements AutoCloseable {

    public static final String TOPIC = "copies";

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final String bootstrap;
    private final String source;
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger records = new AtomicInteger();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread;
    private volatile boolean stopping;

    /** Starts to copy at once. */
    public TransactionalCopier(String bootstrap, String source) {
        this.bootstrap = bootstrap;
        this.source = source;
        this.thread = Thread.ofPlatform().name("copier").start(this::run);
    }

    private void run() {
        while (!stopping) {
            try (var consumer = consumer();
                    var producer = producer()) {
                producer.initTransactions();
                consumer.subscribe(List.of(source));
                while (!stopping) {
                    copy(consumer.poll(Duration.ofMillis(200)), consumer, producer);
                }
            } catch (KafkaException e) {
                // A new session aborts what is open, and goes on from the group's offsets.
                failures.add(e);
            }
        }
    }

    private KafkaConsumer<String, String> consumer() {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("group.id", "copiers");
        config.put("isolation.level", "read_committed");
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", false);
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    private KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "transactional.id", "copier"),
                new StringSerializer(),
                new StringSerializer());
    }

    private void copy(
            ConsumerRecords<String, String> polled,
            KafkaConsumer<String, String> consumer,
            KafkaProducer<String, String> producer) {
        if (polled.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        producer.beginTransaction();
        for (ConsumerRecord<String, String> each : polled) {
            producer.send(new ProducerRecord<>(TOPIC, each.partition(), each.key(), each.value()));
            offsets.put(
                    new TopicPartition(source, each.partition()),
                    new OffsetAndMetadata(each.offset() + 1));
        }
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        commit(producer);
        commits.incrementAndGet();
        records.addAndGet(polled.count());
    }

    /** Tries again while the outcome is unknown, as a producer has to. */
    private static void commit(KafkaProducer<String, String> producer) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    /** Waits until so many more transactions are committed. */
    public void awaitCommits(int more) throws InterruptedException {
        await(commits, commits.get() + more);
    }

    /** Ends once so many records are copied. */
    public void finish(int count) throws InterruptedException {
        await(records, count);
        stopping = true;
        thread.join();
    }

    private void await(AtomicInteger counter, int target) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (counter.get() < target) {
            assertThat(System.nanoTime())
                    .as("copies stand still at %s of %s; failures: %s", counter, target, failures)
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
    }
}
