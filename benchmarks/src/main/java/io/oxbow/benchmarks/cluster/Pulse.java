package io.oxbow.benchmarks.cluster;

import io.oxbow.benchmarks.server.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Producer of one small record after the other, at a pace, to all partitions of a topic in turn. A
 * pause is the longest time from when a record was due to its acknowledgement.
 */
public final class Pulse implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final double NANOS_PER_MILLI = 1e6;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final int partitions;
    private final long paceNanos;
    private final ConcurrentSkipListSet<Long> waiting = new ConcurrentSkipListSet<>();
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopped;

    private Pulse(Server server, String topic, int partitions, Duration pace) {
        this.producer = new KafkaProducer<>(properties(server.bootstrap()));
        this.topic = topic;
        this.partitions = partitions;
        this.paceNanos = pace.toNanos();
        this.thread = Thread.ofPlatform().daemon().name("pulse").unstarted(this::run);
    }

    /** Starts sending, and waits until each partition has acknowledged a record. */
    static Pulse start(Server server, String topic, int partitions, Duration pace)
            throws IOException, InterruptedException {
        var pulse = new Pulse(server, topic, partitions, pace);
        pulse.thread.start();
        Thread.sleep(pace.multipliedBy(2L * partitions));
        pulse.pauseMillis();
        return pulse;
    }

    /** Returns settings of a producer that tries again quickly, and for minutes. */
    static Properties properties(String bootstrap) {
        var properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 20);
        properties.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 100);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 100);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        return properties;
    }

    private void run() {
        long due = System.nanoTime();
        for (int index = 0; !stopped; index++, due += paceNanos) {
            for (long left; (left = due - System.nanoTime()) > 0 && !stopped; ) {
                LockSupport.parkNanos(left);
            }
            long mine = due;
            waiting.add(mine);
            producer.send(
                    new ProducerRecord<>(topic, index % partitions, null, new byte[100]),
                    (metadata, failed) -> acked(mine, failed));
        }
    }

    private void acked(long due, @Nullable Exception failed) {
        if (failed != null && !stopped) {
            failure.compareAndSet(null, failed);
        }
        longestNanos.accumulateAndGet(System.nanoTime() - due, Math::max);
        waiting.remove(due);
    }

    /**
     * Waits for the acknowledgement of what has been due until now, and returns the longest pause
     * since the last call.
     *
     * @throws IOException if a record failed: the application has seen an error
     */
    double pauseMillis() throws IOException, InterruptedException {
        long now = System.nanoTime();
        ThreeNodes.await("acknowledgements", () -> waiting.isEmpty() || waiting.first() - now > 0);
        Exception failed = failure.get();
        if (failed != null) {
            throw new IOException("a record was not acknowledged: " + failed, failed);
        }
        return longestNanos.getAndSet(0) / NANOS_PER_MILLI;
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ZERO);
    }
}
