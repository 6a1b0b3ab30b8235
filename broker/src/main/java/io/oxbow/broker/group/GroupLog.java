package io.oxbow.broker.group;

import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.Partition.Membership;
import io.oxbow.broker.producer.TransactionVerifier;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Component;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.FencedLeaderEpochException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.coordinator.common.runtime.PartitionWriter;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordType;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.VerificationGuard;

/**
 * Partitions of the group log that this broker leads, as the coordinator writes to them. An append
 * returns at once with its end offset; the high watermark tells later that it is durable.
 */
final class GroupLog implements PartitionWriter {

    /** Type of the records of committed offsets, with which their keys begin. */
    private static final short OFFSET_COMMIT = CoordinatorRecordType.OFFSET_COMMIT.id();

    /** First version of TxnOffsetCommit that adds its partition to the transaction. */
    private static final int ADDS_SINCE = 5;

    /** First version of TxnOffsetCommit whose clients abort upon TRANSACTION_ABORTABLE. */
    private static final int ABORTABLE_SINCE = 4;

    private final TransactionVerifier verifier;
    private final ThreadFactory threads;
    private final Component health;
    private final Map<TopicPartition, Tenure> tenures = new ConcurrentHashMap<>();
    private final GroupCoordinatorRecordSerde serde = new GroupCoordinatorRecordSerde();
    private final NoteMemory notes;

    /**
     * @param notes counts the notes on offsets that are appended
     * @param verifier asked about transactions whose offsets are committed
     * @param health of the coordinator, which the threads belong to
     */
    GroupLog(
            NoteMemory notes,
            TransactionVerifier verifier,
            ThreadFactory threads,
            Component health) {
        this.notes = notes;
        this.verifier = verifier;
        this.threads = threads;
        this.health = health;
    }

    void begin(TopicPartition name, Partition partition, int leaderEpoch) {
        Tenure present = tenures.get(name);
        if (present != null && present.partition() == partition) {
            present.raise(leaderEpoch);
            return;
        }
        end(name);
        tenures.put(name, new Tenure(name, partition, leaderEpoch));
    }

    void end(TopicPartition name) {
        Tenure ended = tenures.remove(name);
        if (ended != null) {
            ended.end();
            notes.forget(name);
        }
    }

    Tenure tenure(TopicPartition name) {
        Tenure tenure = tenures.get(name);
        if (tenure == null) {
            throw new NotLeaderOrFollowerException(name + " is not led here");
        }
        return tenure;
    }

    /** Epoch at which a partition is led here; empty when it is not. */
    OptionalInt leaderEpoch(TopicPartition name) {
        Tenure tenure = tenures.get(name);
        return tenure == null ? OptionalInt.empty() : OptionalInt.of(tenure.leaderEpoch());
    }

    @Override
    public void registerListener(TopicPartition name, Listener listener) {
        tenure(name).register(listener);
    }

    @Override
    public void deregisterListener(TopicPartition name, Listener listener) {
        Tenure tenure = tenures.get(name);
        if (tenure != null) {
            tenure.deregister(listener);
        }
    }

    @Override
    public LogConfig config(TopicPartition name) {
        return tenure(name).partition().config();
    }

    @Override
    public long append(
            TopicPartition name,
            VerificationGuard verificationGuard,
            MemoryRecords records,
            short transactionVersion) {
        try {
            return append(name, records, new Membership(verificationGuard, transactionVersion));
        } catch (ApiException e) {
            throw e;
        } catch (Throwable e) {
            // The coordinator answers it to its caller, who may be a component of this process.
            health.unexpected("an append to " + name, e);
            throw e;
        }
    }

    private long append(TopicPartition name, MemoryRecords records, Membership membership) {
        Tenure tenure = tenure(name);
        int epoch = tenure.writableEpoch();
        try {
            countNotes(name, records);
            return tenure.partition()
                            .append(
                                    records,
                                    AppendOrigin.COORDINATOR,
                                    epoch,
                                    Partition.Client.NODE,
                                    membership)
                            .lastOffset()
                    + 1;
        } catch (FencedLeaderEpochException e) {
            throw new NotLeaderOrFollowerException(name + ": " + e.getMessage(), e);
        } catch (S3StreamException e) {
            throw e.retry() == S3StreamException.Retry.FATAL
                    ? new NotLeaderOrFollowerException(name + ": " + e.getMessage(), e)
                    : new KafkaStorageException(name + ": " + e.getMessage(), e);
        }
    }

    private void countNotes(TopicPartition name, MemoryRecords records) {
        if (records.batchIterator().next().isControlBatch()) {
            return;
        }
        for (Record record : records.records()) {
            ByteBuffer key = record.key();
            if (key != null
                    && key.remaining() > 2
                    && key.getShort(key.position()) == OFFSET_COMMIT) {
                notes.record(name, serde.deserialize(key, record.value()));
            }
        }
    }

    /** Asks the transaction's coordinator, unless its offsets are in this partition already. */
    @Override
    public CompletableFuture<VerificationGuard> maybeStartTransactionVerification(
            TopicPartition name,
            String transactionalId,
            long producerId,
            short producerEpoch,
            int apiVersion) {
        Partition partition = tenure(name).partition();
        var producer =
                new TransactionVerifier.Producer(
                        transactionalId, producerId, producerEpoch, apiVersion >= ADDS_SINCE);
        var verified = new CompletableFuture<VerificationGuard>();
        health.startTask(
                threads,
                () -> {
                    try {
                        verified.complete(verify(partition, producer, apiVersion));
                    } catch (ApiException e) {
                        verified.completeExceptionally(e);
                    } catch (Throwable e) {
                        verified.completeExceptionally(e);
                        throw e;
                    }
                });
        return verified;
    }

    private VerificationGuard verify(
            Partition partition, TransactionVerifier.Producer producer, int apiVersion) {
        VerificationGuard guard =
                partition.startVerification(
                        producer.id(), producer.epoch(), RecordBatch.NO_SEQUENCE);
        if (guard == null) {
            return VerificationGuard.SENTINEL;
        }
        TopicPartition name = partition.id().topicPartition();
        Errors answer =
                verifier.verify(producer, List.of(name))
                        .on(name, epoch -> partition.mayBeCoordinatedAt(producer.id(), epoch));
        TransactionVerifier.shown(answer, apiVersion >= ABORTABLE_SINCE).maybeThrow();
        return guard;
    }

    @Override
    public CompletableFuture<Void> deleteRecords(TopicPartition name, long deleteBeforeOffset) {
        var deleted = new CompletableFuture<Void>();
        health.startTask(
                threads,
                () -> {
                    try {
                        tenure(name).partition().deleteRecordsBefore(deleteBeforeOffset);
                        deleted.complete(null);
                    } catch (ApiException | S3StreamException e) {
                        deleted.completeExceptionally(e);
                    } catch (Throwable e) {
                        deleted.completeExceptionally(e);
                        throw e;
                    }
                });
        return deleted;
    }
}
