package io.oxbow.node.hostile;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer of 2 MiB/s and a consumer of what it sends, in a group. Notes each error and each gap,
 * and how long records take to be acknowledged and to arrive.
 */
final class SteadyLoad {

    private static final int RECORD_BYTES = 4 << 10;
    private static final long INTERVAL_NANOS = 1_000_000_000L / ((2 << 20) / RECORD_BYTES);
    private static final Duration DRAIN = Duration.ofSeconds(60);

    private final String bootstrap;
    private final String topic;
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final long[] ackMillis;
    private final long[] arrivalMillis;
    private final long[] next = new long[Hostility.PARTITIONS];
    private final CountDownLatch assigned = new CountDownLatch(1);
    private volatile boolean sending = true;
    private Thread consumer = new Thread();
    private Thread producer = new Thread();
    private int arrived;

    SteadyLoad(String bootstrap, String topic, Duration duration) {
        this.bootstrap = bootstrap;
        this.topic = topic;
        int records = (int) (duration.toNanos() / INTERVAL_NANOS);
        this.ackMillis = new long[records];
        this.arrivalMillis = new long[records];
    }

    /** Starts to send and to read, once the consumer has its partitions. */
    void start() throws InterruptedException {
        consumer = Thread.ofPlatform().name("steady-consumer").start(this::consume);
        // A group's first members are waited for: that is no slowness of the node's.
        if (!assigned.await(60, TimeUnit.SECONDS)) {
            errors.add("consumer: it was assigned no partitions");
            sending = false;
            return;
        }
        producer =
                Thread.ofPlatform()
                        .name("steady-producer")
                        .start(() -> {
                            produce();
                            sending = false;
                        });
    }

    /** Returns when all that was acknowledged was read, or a minute has passed since the last. */
    void awaitEnd() throws InterruptedException {
        producer.join();
        consumer.join();
    }

    /** Errors and gaps, in words. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    long records() {
        return acknowledged.get();
    }

    long ackMillis(double quantile) {
        return quantile(Arrays.copyOf(ackMillis, (int) acknowledged.get()), quantile);
    }

    long arrivalMillis(double quantile) {
        return quantile(Arrays.copyOf(arrivalMillis, arrived), quantile);
    }

    /** Returns the longest time to acknowledge in each twentieth of the run, in its order. */
    List<Long> longestAckMillis() {
        int records = (int) acknowledged.get();
        return IntStream.range(0, 20)
                .mapToObj(i ->
                        quantile(
                                Arrays.copyOfRange(
                                        ackMillis, records * i / 20, records * (i + 1) / 20),
                                1))
                .toList();
    }

    private static long quantile(long[] values, double quantile) {
        Arrays.sort(values);
        return values.length == 0 ? -1 : values[(int) (quantile * (values.length - 1))];
    }

    private void produce() {
        Map<String, Object> config =
                Map.of("bootstrap.servers", bootstrap, "linger.ms", 5, "max.block.ms", 30_000);
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            long start = System.nanoTime();
            for (int i = 0; i < ackMillis.length; i++) {
                long due = start + i * INTERVAL_NANOS;
                for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                    LockSupport.parkNanos(due - now);
                }
                // From when it was due: a producer that was held up must not look fast.
                long millis = System.currentTimeMillis() - (System.nanoTime() - due) / 1_000_000;
                byte[] value = ByteBuffer.allocate(RECORD_BYTES).putLong(i).putLong(millis).array();
                producer.send(
                        new ProducerRecord<>(topic, i % Hostility.PARTITIONS, null, value),
                        (metadata, failure) -> {
                            if (failure != null) {
                                errors.add("producer: " + failure);
                            } else {
                                int at = (int) acknowledged.getAndIncrement();
                                ackMillis[at] = System.currentTimeMillis() - millis;
                            }
                        });
            }
        } catch (RuntimeException e) {
            errors.add("producer: " + e);
        }
    }

    private void consume() {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "group.id",
                        "steady",
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        false);
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic), new Membership());
            long end = Long.MAX_VALUE;
            long commit = System.nanoTime();
            while (sending || arrived < acknowledged.get()) {
                if (!sending && end == Long.MAX_VALUE) {
                    end = System.nanoTime() + DRAIN.toNanos();
                }
                if (end != Long.MAX_VALUE && System.nanoTime() - end > 0) {
                    errors.add("consumer: read %d of %s".formatted(arrived, acknowledged));
                    return;
                }
                consumer.poll(Duration.ofMillis(100)).forEach(this::arrived);
                if (System.nanoTime() - commit > 1_000_000_000L) {
                    consumer.commitSync();
                    commit = System.nanoTime();
                }
            }
        } catch (RuntimeException e) {
            errors.add("consumer: " + e);
        }
    }

    private void arrived(ConsumerRecord<byte[], byte[]> consumed) {
        ByteBuffer value = ByteBuffer.wrap(consumed.value());
        long number = value.getLong();
        long expected = next[consumed.partition()] * Hostility.PARTITIONS + consumed.partition();
        if (number != expected) {
            errors.add("gap: %d where %d was next".formatted(number, expected));
        }
        next[consumed.partition()] = number / Hostility.PARTITIONS + 1;
        if (arrived < arrivalMillis.length) {
            arrivalMillis[arrived] = System.currentTimeMillis() - value.getLong();
        }
        arrived++;
    }

    /** A member that loses its partitions while it polls has been taken for dead. */
    private final class Membership implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assigned.countDown();
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (sending) {
                errors.add("consumer: its partitions were revoked");
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            errors.add("consumer: it was taken for dead");
        }
    }
}
