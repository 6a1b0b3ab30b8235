package io.oxbow.broker.records;

import io.oxbow.broker.partition.Partition;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads whole partitions of an internal topic, a few at a time: all that had been appended when the
 * read began, once it is durable. A read that fails is tried again as long as the partition is led
 * here, as nobody else would. Thread-safe.
 */
public final class InternalLogs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InternalLogs.class);

    private static final int PARALLEL_READS = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final int readBytes;
    private final Environment environment;
    private final Semaphore slots = new Semaphore(PARALLEL_READS);
    private final Map<TopicPartition, String> failing = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * @param readBytes bytes read at a time
     */
    public InternalLogs(int readBytes, Environment environment) {
        this.readBytes = readBytes;
        this.environment = environment;
    }

    /**
     * Gives a partition's appends to {@code taker}, in order. Blocks.
     *
     * @param over true once the partition is given up
     * @return the wall time at which the read's turn came
     * @throws NotLeaderOrFollowerException when the partition was given up before the end
     */
    public long read(Partition partition, BooleanSupplier over, Consumer<ReadResult> taker)
            throws InterruptedException {
        slots.acquireUninterruptibly();
        try {
            long started = environment.clock().wallMillis();
            long target = partition.logEndOffset();
            awaitDurable(partition, target, over);
            long offset = partition.logStartOffset();
            while (offset < target) {
                try (ReadResult fetched = read(partition, offset, over)) {
                    taker.accept(fetched);
                    if (fetched.nextOffset() == offset) {
                        break;
                    }
                    offset = fetched.nextOffset();
                }
            }
            return started;
        } finally {
            slots.release();
        }
    }

    /** Partitions that cannot be read just now, and why. */
    public Map<TopicPartition, String> failing() {
        return Map.copyOf(failing);
    }

    private ReadResult read(Partition partition, long offset, BooleanSupplier over)
            throws InterruptedException {
        TopicPartition name = partition.id().topicPartition();
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                if (closed || over.getAsBoolean()) {
                    throw new NotLeaderOrFollowerException(
                            name + " was given up while it was loaded");
                }
                try {
                    return partition.read(offset, readBytes);
                } catch (ApiException | S3StreamException e) {
                    if (failing.put(name, String.valueOf(e.getMessage())) == null) {
                        LOG.error(
                                "{} cannot be loaded at offset {}; what it keeps waits, and it is"
                                        + " tried again: {}",
                                name,
                                offset,
                                e.getMessage());
                    }
                }
                slots.release();
                environment.clock().sleep(pause);
                slots.acquireUninterruptibly();
                pause = pause.multipliedBy(2);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
            }
        } finally {
            if (failing.remove(name) != null) {
                LOG.info("{} at offset {}: no longer waits for a read", name, offset);
            }
        }
    }

    /**
     * Blocks until the log is durable up to {@code target}: records that could still be lost must
     * not be replayed. A partition that is given up wakes its listeners once more.
     */
    private static void awaitDurable(Partition partition, long target, BooleanSupplier over)
            throws InterruptedException {
        var risen = new Semaphore(0);
        Partition.HighWatermarkListener listener = (ignored, highWatermark) -> risen.release();
        partition.addListener(listener);
        try {
            while (partition.highWatermark() < target && !over.getAsBoolean()) {
                risen.acquire();
                risen.drainPermits();
            }
        } finally {
            partition.removeListener(listener);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
