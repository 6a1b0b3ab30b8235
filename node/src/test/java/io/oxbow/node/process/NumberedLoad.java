package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;

/**
 * An idempotent producer that sends numbered records round robin until it is stopped, whatever
 * happens to the node, and remembers what was acked. Afterwards everything acked must be there,
 * once, in order.
 */
public final class NumberedLoad implements AutoCloseable {

    private final String topic;
    private final int partitions;
    private final int payloadBytes;
    private final List<Acked> acked = Collections.synchronizedList(new ArrayList<>());
    private final List<Exception> failures = Collections.synchronizedList(new ArrayList<>());
    private final KafkaProducer<Long, byte[]> producer;
    private final AtomicLong pauseMillis = new AtomicLong(5);
    private final Thread thread;
    private volatile boolean stopping;

    private record Acked(int partition, long offset, long number) {}

    /**
     * Starts to send at once.
     *
     * @param bootstrap where the node is, also after it was started again
     */
    public NumberedLoad(String bootstrap, String topic, int partitions, int payloadBytes) {
        this.topic = topic;
        this.partitions = partitions;
        this.payloadBytes = payloadBytes;
        this.producer = producer(bootstrap);
        this.thread = Thread.ofPlatform().start(this::produce);
    }

    private static KafkaProducer<Long, byte[]> producer(String bootstrap) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("acks", "all");
        config.put("delivery.timeout.ms", 300_000);
        config.put("request.timeout.ms", 10_000);
        config.put("max.block.ms", 300_000);
        config.put("reconnect.backoff.max.ms", 200);
        config.put("linger.ms", 2);
        return new KafkaProducer<>(config, new LongSerializer(), new ByteArraySerializer());
    }

    private void produce() {
        byte[] payload = new byte[payloadBytes];
        try {
            for (long number = 0; !stopping; number++) {
                send(number, payload);
                if (number % 200 == 0) {
                    Thread.sleep(pauseMillis.get());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    private void send(long number, byte[] payload) {
        int partition = (int) (number % partitions);
        producer.send(
                new ProducerRecord<>(topic, partition, number, payload),
                (metadata, failure) -> {
                    if (failure != null) {
                        failures.add(failure);
                    } else {
                        acked.add(new Acked(partition, metadata.offset(), number));
                    }
                });
    }

    /** Sets the pause after each 200 records. */
    public void pauseMillis(long millis) {
        pauseMillis.set(millis);
    }

    public int ackedCount() {
        return acked.size();
    }

    public void awaitMore(int count) throws InterruptedException {
        int target = acked.size() + count;
        long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
        while (acked.size() < target) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "producing stands still at %d; failures: %s"
                                .formatted(acked.size(), failures));
            }
            Thread.sleep(20);
        }
    }

    /** Waits until nothing has been acked for {@code quiet}. */
    public void awaitStandstill(Duration quiet) throws InterruptedException {
        int before = -1;
        while (before != acked.size()) {
            before = acked.size();
            Thread.sleep(quiet.toMillis());
        }
    }

    /** Ends sending and waits for every answer. None may be a failure. */
    public void finish() throws InterruptedException {
        stopping = true;
        thread.join();
        producer.flush();
        assertThat(failures).isEmpty();
    }

    /** Ends sending; what has no answer yet stays without one. */
    public void stopSending() throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join();
        producer.close(Duration.ZERO);
    }

    /** Reads everything back: what was acked is there, and no gap, duplicate or reordering. */
    public void verify(String bootstrap) {
        verifyAcked(bootstrap).forEach(this::verifySequence);
    }

    /** Checks that all acked records are there; returns the numbers by partition and offset. */
    public Map<Integer, TreeMap<Long, Long>> verifyAcked(String bootstrap) {
        Map<Integer, TreeMap<Long, Long>> found = read(bootstrap);
        List<Acked> all;
        synchronized (acked) {
            all = List.copyOf(acked);
        }
        for (Acked one : all) {
            assertThat(found.get(one.partition()).get(one.offset()))
                    .as("number acked at %s", one)
                    .isEqualTo(one.number());
        }
        return found;
    }

    private Map<Integer, TreeMap<Long, Long>> read(String bootstrap) {
        Map<Integer, TreeMap<Long, Long>> found = new HashMap<>();
        Map<String, Object> config =
                Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest");
        try (var consumer =
                new KafkaConsumer<>(config, new LongDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                all.add(new TopicPartition(topic, i));
                found.put(i, new TreeMap<>());
            }
            consumer.assign(all);
            consumer.seekToBeginning(all);
            var ends = consumer.endOffsets(all);
            while (all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(500))
                        .forEach(r -> found.get(r.partition()).put(r.offset(), r.key()));
            }
        }
        return found;
    }

    private void verifySequence(int partition, TreeMap<Long, Long> byOffset) {
        long offset = 0;
        long number = partition;
        for (var entry : byOffset.entrySet()) {
            assertThat(entry.getKey()).as("offset in partition %d", partition).isEqualTo(offset++);
            assertThat(entry.getValue()).as("number at offset %d", offset - 1).isEqualTo(number);
            number += partitions;
        }
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        producer.close(Duration.ZERO);
    }
}
