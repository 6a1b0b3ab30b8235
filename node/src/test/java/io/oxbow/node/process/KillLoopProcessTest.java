package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 under load, over and over: what was acked is there, once, in order. */
class KillLoopProcessTest {

    private static final int KILLS = Integer.getInteger("oxbow.kills", 4);
    private static final int PARTITIONS = 3;
    private static final String TOPIC = "numbers";

    @TempDir Path temporary = Path.of("");

    private record Acked(int partition, long offset, long number) {}

    @Test
    void idempotentProducerSeesNoGapNoDuplicateNoReordering() throws Exception {
        killUnderLoad(Map.of(), life -> temporary.resolve("data"));
    }

    /** Each life begins on a machine that has never seen the node. */
    @Test
    void withItsLogInTheBucketTheNodeNeedsNothingElse() throws Exception {
        killUnderLoad(
                Map.of(
                        "oxbow.wal",
                        "object",
                        "oxbow.wal.batch.interval.ms",
                        "20",
                        "oxbow.store",
                        temporary.resolve("bucket").toUri().toString().replaceAll("/$", "")),
                life -> temporary.resolve("machine" + life));
    }

    private void killUnderLoad(Map<String, String> given, IntFunction<Path> dataDir)
            throws Exception {
        Map<String, String> settings = new HashMap<>(given);
        settings.put("num.partitions", String.valueOf(PARTITIONS));
        settings.put("oxbow.upload.interval.ms", "300");
        List<Acked> acked = Collections.synchronizedList(new ArrayList<>());
        List<Exception> failures = Collections.synchronizedList(new ArrayList<>());
        OxbowProcess node = OxbowProcess.start(dataDir.apply(0), settings);
        settings.put("listeners", "PLAINTEXT://" + node.kafka());
        var stop = new AtomicBoolean();
        try (var producer = producer(node.kafka())) {
            var load = Thread.ofPlatform().start(() -> produce(producer, stop, acked, failures));
            for (int i = 0; i < KILLS; i++) {
                awaitMore(acked, 500);
                node.kill();
                node = OxbowProcess.start(dataDir.apply(i + 1), settings);
            }
            awaitMore(acked, 500);
            stop.set(true);
            load.join();
            producer.flush();
        }
        assertThat(failures).isEmpty();
        try {
            verify(node, acked);
        } finally {
            node.close();
        }
    }

    private static void produce(
            KafkaProducer<Long, byte[]> producer,
            AtomicBoolean stop,
            List<Acked> acked,
            List<Exception> failures) {
        byte[] payload = new byte[200];
        for (long number = 0; !stop.get(); number++) {
            long sent = number;
            int partition = (int) (number % PARTITIONS);
            producer.send(
                    new ProducerRecord<>(TOPIC, partition, number, payload),
                    (metadata, failure) -> {
                        if (failure != null) {
                            failures.add(failure);
                        } else {
                            acked.add(new Acked(partition, metadata.offset(), sent));
                        }
                    });
            if (number % 200 == 0) {
                try {
                    Thread.sleep(5);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }

    private static void awaitMore(List<Acked> acked, int count) throws InterruptedException {
        int target = acked.size() + count;
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (acked.size() < target) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("producing stands still at " + acked.size());
            }
            Thread.sleep(20);
        }
    }

    private static void verify(OxbowProcess node, List<Acked> acked) {
        Map<Integer, TreeMap<Long, Long>> found = new HashMap<>();
        Map<String, Object> config =
                Map.of("bootstrap.servers", node.kafka(), "auto.offset.reset", "earliest");
        try (var consumer =
                new KafkaConsumer<>(config, new LongDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                partitions.add(new TopicPartition(TOPIC, i));
                found.put(i, new TreeMap<>());
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(500))
                        .forEach(r -> found.get(r.partition()).put(r.offset(), r.key()));
            }
        }
        for (Acked one : acked) {
            assertThat(found.get(one.partition()).get(one.offset()))
                    .as("number acked at %s", one)
                    .isEqualTo(one.number());
        }
        found.forEach(KillLoopProcessTest::verifySequence);
    }

    private static void verifySequence(int partition, TreeMap<Long, Long> byOffset) {
        long offset = 0;
        long number = partition;
        for (var entry : byOffset.entrySet()) {
            assertThat(entry.getKey()).as("offset in partition %d", partition).isEqualTo(offset++);
            assertThat(entry.getValue()).as("number at offset %d", offset - 1).isEqualTo(number);
            number += PARTITIONS;
        }
    }

    private static KafkaProducer<Long, byte[]> producer(String bootstrap) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("acks", "all");
        config.put("delivery.timeout.ms", 180_000);
        config.put("request.timeout.ms", 10_000);
        config.put("reconnect.backoff.max.ms", 200);
        config.put("linger.ms", 2);
        return new KafkaProducer<>(config, new LongSerializer(), new ByteArraySerializer());
    }
}
