package io.oxbow.broker.group;

import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.records.InternalLogReader;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.coordinator.common.runtime.CoordinatorLoader;
import org.apache.kafka.coordinator.common.runtime.CoordinatorPlayback;
import org.apache.kafka.coordinator.common.runtime.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays a partition of the group log to a new coordinator: everything that had been appended when
 * it began, and no more than is durable. A read that fails is tried again as long as the partition
 * is led here; a record that makes no sense is passed over.
 */
final class GroupLoader<T> implements CoordinatorLoader<T> {

    private static final Logger LOG = LoggerFactory.getLogger(GroupLoader.class);

    private static final int PARALLEL_LOADS = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /**
     * Offsets after which the coordinator is told of a commit and drops its older snapshots;
     * Kafka's own choice.
     */
    private static final long COMMIT_INTERVAL_OFFSETS = 16_384;

    private final GroupLog log;
    private final Deserializer<T> deserializer;
    private final int readBytes;
    private final BiConsumer<TopicPartition, T> observer;
    private final Environment environment;
    private final FailureListener failures;
    private final Semaphore slots = new Semaphore(PARALLEL_LOADS);
    private final Map<TopicPartition, String> failing = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Learns of loads that were ended by what nobody expected. */
    @FunctionalInterface
    interface FailureListener {
        void failed(TopicPartition name, Throwable cause);
    }

    /**
     * @param observer told of each record before the coordinator is
     */
    GroupLoader(
            GroupLog log,
            Deserializer<T> deserializer,
            int readBytes,
            BiConsumer<TopicPartition, T> observer,
            Environment environment,
            FailureListener failures) {
        this.observer = observer;
        this.failures = failures;
        this.log = log;
        this.deserializer = deserializer;
        this.readBytes = readBytes;
        this.environment = environment;
    }

    @Override
    public CompletableFuture<LoadSummary> load(
            TopicPartition name, CoordinatorPlayback<T> coordinator) {
        var summary = new CompletableFuture<LoadSummary>();
        long asked = environment.clock().wallMillis();
        environment
                .threads()
                .newThread(() -> {
                    slots.acquireUninterruptibly();
                    try {
                        summary.complete(load(name, coordinator, asked));
                    } catch (NotLeaderOrFollowerException e) {
                        summary.completeExceptionally(e);
                    } catch (Throwable e) {
                        summary.completeExceptionally(e);
                        failures.failed(name, e);
                    } finally {
                        slots.release();
                    }
                })
                .start();
        return summary;
    }

    private LoadSummary load(TopicPartition name, CoordinatorPlayback<T> coordinator, long asked)
            throws InterruptedException {
        long started = environment.clock().wallMillis();
        Tenure tenure = log.tenure(name);
        Partition partition = tenure.partition();
        long target = partition.logEndOffset();
        awaitDurable(tenure, target);
        var replay = new Replay(name, coordinator);
        long offset = partition.logStartOffset();
        while (offset < target) {
            try (ReadResult fetched = read(tenure, offset)) {
                fetched.appends().forEach(replay::append);
                if (fetched.nextOffset() == offset) {
                    break;
                }
                offset = fetched.nextOffset();
            }
            replay.advance(offset);
        }
        replay.advance(offset);
        replay.finish();
        return new LoadSummary(
                asked,
                environment.clock().wallMillis(),
                started - asked,
                replay.records,
                replay.bytes);
    }

    /** Partitions of the group log that cannot be read just now, and why. */
    Map<TopicPartition, String> failing() {
        return Map.copyOf(failing);
    }

    /**
     * Reads a part of the log; after a failure it tries again until the partition is given up, as
     * nobody else would.
     */
    private ReadResult read(Tenure tenure, long offset) throws InterruptedException {
        TopicPartition name = tenure.name();
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                if (closed || tenure.isOver()) {
                    throw new NotLeaderOrFollowerException(
                            name + " was given up while it was loaded");
                }
                try {
                    return tenure.partition().read(offset, readBytes);
                } catch (ApiException | S3StreamException e) {
                    if (failing.put(name, String.valueOf(e.getMessage())) == null) {
                        LOG.error(
                                "{} cannot be loaded at offset {}; its groups wait, and it is"
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
    private static void awaitDurable(Tenure tenure, long target) throws InterruptedException {
        Partition partition = tenure.partition();
        var risen = new Semaphore(0);
        Partition.HighWatermarkListener listener = (ignored, highWatermark) -> risen.release();
        partition.addListener(listener);
        try {
            while (partition.highWatermark() < target && !tenure.isOver()) {
                risen.acquire();
                risen.drainPermits();
            }
        } finally {
            partition.removeListener(listener);
        }
    }

    private final class Replay {
        private final TopicPartition name;
        private final CoordinatorPlayback<T> coordinator;
        private final InternalLogReader reader;
        private long written;
        private long committed;
        private long records;
        private long bytes;

        Replay(TopicPartition name, CoordinatorPlayback<T> coordinator) {
            this.name = name;
            this.coordinator = coordinator;
            this.reader = new InternalLogReader(name.toString());
        }

        void append(ReadResult.Append append) {
            bytes += reader.read(append, this::replay);
        }

        private void replay(RecordBatch batch, Record record) {
            records++;
            if (batch.isControlBatch()) {
                ControlRecordType type = ControlRecordType.parse(record.key());
                if (type == ControlRecordType.COMMIT || type == ControlRecordType.ABORT) {
                    coordinator.replayEndTransactionMarker(
                            batch.producerId(),
                            batch.producerEpoch(),
                            type == ControlRecordType.COMMIT
                                    ? TransactionResult.COMMIT
                                    : TransactionResult.ABORT);
                }
                return;
            }
            T value;
            try {
                value = deserializer.deserialize(record.key(), record.value());
            } catch (Deserializer.UnknownRecordTypeException e) {
                // A newer version wrote a record of a type that this one does not know and does not
                // need.
                return;
            }
            if (value != null) {
                observer.accept(name, value);
                coordinator.replay(
                        record.offset(), batch.producerId(), batch.producerEpoch(), value);
            }
        }

        /**
         * Tells the coordinator the next offset, unless it has been told; it starts at 0 by itself.
         */
        void advance(long nextOffset) {
            if (nextOffset > written) {
                coordinator.updateLastWrittenOffset(nextOffset);
                written = nextOffset;
            }
            if (written - committed >= COMMIT_INTERVAL_OFFSETS) {
                finish();
            }
        }

        void finish() {
            if (written > committed) {
                coordinator.updateLastCommittedOffset(written);
                committed = written;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
