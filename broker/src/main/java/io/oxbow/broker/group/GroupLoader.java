package io.oxbow.broker.group;

import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.records.InternalLogReader;
import io.oxbow.broker.records.InternalLogs;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.env.Environment;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.coordinator.common.runtime.CoordinatorLoader;
import org.apache.kafka.coordinator.common.runtime.CoordinatorPlayback;
import org.apache.kafka.coordinator.common.runtime.Deserializer;

/**
 * Replays a partition of the group log to a new coordinator: everything that had been appended when
 * it began, and no more than is durable. A record that makes no sense is passed over.
 */
final class GroupLoader<T> implements CoordinatorLoader<T> {

    /**
     * Offsets after which the coordinator is told of a commit and drops its older snapshots;
     * Kafka's own choice.
     */
    private static final long COMMIT_INTERVAL_OFFSETS = 16_384;

    private final GroupLog log;
    private final Deserializer<T> deserializer;
    private final BiConsumer<TopicPartition, T> observer;
    private final Environment environment;
    private final FailureListener failures;
    private final InternalLogs logs;

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
        this.logs = new InternalLogs(readBytes, environment);
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
                    try {
                        summary.complete(load(name, coordinator, asked));
                    } catch (NotLeaderOrFollowerException e) {
                        summary.completeExceptionally(e);
                    } catch (Throwable e) {
                        summary.completeExceptionally(e);
                        failures.failed(name, e);
                    }
                })
                .start();
        return summary;
    }

    private LoadSummary load(TopicPartition name, CoordinatorPlayback<T> coordinator, long asked)
            throws InterruptedException {
        Tenure tenure = log.tenure(name);
        Partition partition = tenure.partition();
        var replay = new Replay(name, coordinator);
        long start = partition.logStartOffset();
        long started =
                logs.read(
                        partition,
                        tenure::isOver,
                        fetched -> {
                            fetched.appends().forEach(replay::append);
                            replay.advance(fetched.nextOffset());
                        });
        replay.advance(start);
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
        return logs.failing();
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
        logs.close();
    }
}
