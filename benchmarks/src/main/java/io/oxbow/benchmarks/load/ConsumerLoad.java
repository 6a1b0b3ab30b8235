package io.oxbow.benchmarks.load;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic from its beginning to its end as fast as it comes, and checks that no offset is
 * missing. A consumer of defaults, without a group.
 */
final class ConsumerLoad implements AutoCloseable {

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long PATIENCE_NANOS = Duration.ofMinutes(1).toNanos();

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Events events;
    private volatile boolean stopped;

    ConsumerLoad(String bootstrap, String topic, Events events) {
        this.events = events;
        consumer = new KafkaConsumer<>(properties(bootstrap));
        partitions =
                consumer.partitionsFor(topic).stream()
                        .map(each -> new TopicPartition(topic, each.partition()))
                        .toList();
        consumer.assign(partitions);
        events.tell("started");
    }

    private static Properties properties(String bootstrap) {
        var properties = new Properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class.getName());
        properties.put(
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class.getName());
        return properties;
    }

    /** Reads once, from the beginning to the present end. */
    void pass() {
        long started = System.nanoTime();
        events.tell("pass_started");
        long bytes = readAll();
        double seconds = (System.nanoTime() - started) / 1e9;
        events.tell("pass_ended", line -> line.put("bytes", bytes).put("seconds", seconds));
    }

    /** Reads again and again, until it is stopped. */
    void loop() {
        long started = System.nanoTime();
        events.tell("loop_started");
        long bytes = 0;
        while (!stopped) {
            bytes += readAll();
        }
        stopped = false;
        long all = bytes;
        double seconds = (System.nanoTime() - started) / 1e9;
        events.tell("loop_ended", line -> line.put("bytes", all).put("seconds", seconds));
    }

    void stop() {
        stopped = true;
    }

    private long readAll() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        var places = new ReadPlaces(consumer.beginningOffsets(partitions), ends);
        consumer.seekToBeginning(partitions);
        long bytes = 0;
        long lastNanos = System.nanoTime();
        while (!places.isAtEnd() && !stopped) {
            var records = consumer.poll(POLL);
            if (records.isEmpty()) {
                if (System.nanoTime() - lastNanos > PATIENCE_NANOS) {
                    throw new IllegalStateException(
                            "nothing came for 60 s, yet there is more: " + places);
                }
                continue;
            }
            lastNanos = System.nanoTime();
            for (TopicPartition partition : records.partitions()) {
                bytes += places.advance(partition, records.records(partition));
            }
        }
        return bytes;
    }

    @Override
    public void close() {
        consumer.close();
    }

    static int bytesOf(ConsumerRecord<byte[], byte[]> read) {
        return Math.max(0, read.serializedKeySize()) + Math.max(0, read.serializedValueSize());
    }
}
