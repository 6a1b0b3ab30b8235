package io.oxbow.broker.partition;

import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.ReadResult;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.jspecify.annotations.Nullable;

/**
 * A partition that this broker leads. Offsets are Kafka's; the high watermark is what is durable in
 * the WAL, and no read shows more. Thread-safe; appends are serial inside.
 */
public interface Partition {

    TopicIdPartition id();

    int leaderEpoch();

    LogConfig config();

    long logStartOffset();

    long highWatermark();

    /**
     * Returns the offset up to which readers of committed data may read: every transaction that
     * begins below it is decided, durably.
     */
    long lastStableOffset();

    long logEndOffset();

    /**
     * Validates a batch, recognises a retry, assigns offsets and enqueues the append. The records'
     * buffer may be changed in place (base offset, leader epoch, greatest timestamp) and is not
     * needed after the call.
     *
     * @param client whose work it is, where it takes a processor for long
     * @param membership of the batch in a transaction
     * @throws org.apache.kafka.common.errors.ApiException as Kafka's {@code UnifiedLog.append}
     *     would
     */
    Appended append(
            MemoryRecords records,
            AppendOrigin origin,
            int requiredLeaderEpoch,
            Client client,
            Membership membership);

    /** Appends for the node itself, otherwise as the other {@code append}. */
    default Appended append(MemoryRecords records, AppendOrigin origin, int requiredLeaderEpoch) {
        return append(records, origin, requiredLeaderEpoch, Client.NODE, Membership.NONE);
    }

    /**
     * Proof that a batch belongs to a transaction.
     *
     * @param guard that {@link #startVerification} gave before the transaction's coordinator agreed
     * @param version of the transaction, for a marker: one of {@code TransactionVersion}'s levels
     */
    record Membership(VerificationGuard guard, short version) {
        public static final Membership NONE = new Membership(VerificationGuard.SENTINEL, (short) 0);
    }

    /**
     * Returns the guard for a batch that begins a transaction here, before its coordinator is
     * asked. Null when the batch goes on with an open transaction, and nobody need be asked.
     *
     * @param sequence of the batch's first record
     */
    @Nullable VerificationGuard startVerification(
            long producerId, short producerEpoch, int sequence);

    /**
     * Returns false for a coordinator before the one that wrote the producer's last marker here.
     * For a word that was asked for after {@link #startVerification}: a marker that comes between
     * this and the append takes the guard away.
     */
    boolean mayBeCoordinatedAt(long producerId, int coordinatorEpoch);

    /**
     * As {@link #append} at any leader epoch, for threads that must not wait. Returns null where
     * the append might wait, or where more is to be done than to look at the records. The buffer is
     * then as it was, but for the leader epoch, which an append sets again. A batch that begins a
     * transaction is never appended here: its coordinator is to be asked.
     */
    @Nullable Appended tryAppend(MemoryRecords records, AppendOrigin origin);

    /**
     * A client whose records take a processor for long, which are worked on in turns.
     *
     * @param id of its connection
     * @param waits false when it is gone and nobody waits for the outcome: then nothing is done
     */
    record Client(String id, BooleanSupplier waits) {
        public static final Client NODE = new Client("", () -> true);
    }

    /**
     * @param logAppendTime -1 when timestamps are the producer's
     * @param commit already completed for a duplicate that is durable
     */
    record Appended(
            long baseOffset,
            long lastOffset,
            long logAppendTime,
            long logStartOffset,
            Commit commit) {}

    /**
     * Returns whole batches from the one that holds {@code offset}, below the high watermark. May
     * block; the result must be closed.
     *
     * @throws org.apache.kafka.common.errors.OffsetOutOfRangeException outside [start, high
     *     watermark]
     */
    ReadResult read(long offset, int bytesMax);

    /**
     * As {@link #read}, for threads that must not wait: null where that might. What is in memory is
     * given at once, be it less than {@code bytesMax}.
     */
    @Nullable ReadResult tryRead(long offset, int bytesMax);

    /** Returns aborted transactions with records or their marker in {@code [from, to)}. */
    List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset);

    /** Returns the producers that this partition remembers. */
    List<ActiveProducer> producers();

    /**
     * A producer as DescribeProducers shows it.
     *
     * @param lastSequence -1 if none is known
     * @param coordinatorEpoch of its last marker; -1 if there was none
     * @param openSince offset at which its open transaction begins; -1 if none is open
     */
    record ActiveProducer(
            long producerId,
            short epoch,
            int lastSequence,
            long lastAppendMillis,
            int coordinatorEpoch,
            long openSince) {}

    /** Raises the log start offset; returns when it is in the metadata log. */
    void deleteRecordsBefore(long offset);

    /** Returns the look-ups of this partition's records by time and by leader epoch. */
    PartitionHistory history();

    /** Returns the counts, for replies that were made of this partition's records. */
    PartitionTraffic traffic();

    /** Returns the bytes between start and end offset, as appended. */
    long sizeInBytes();

    /**
     * Returns the lowest offset to keep so that at most about {@code keepBytes} remain and nothing
     * goes that was appended at {@code appendedBeforeMillis} or later; see {@link
     * io.oxbow.s3stream.Stream#retentionOffset}.
     */
    long retentionOffset(long keepBytes, long appendedBeforeMillis);

    /**
     * Returns the bytes appended since this partition was opened, durable or not; only ever grows.
     */
    long appendedBytes();

    /**
     * Adds a listener for the high watermark's rises; called on a thread of the WAL's. It is also
     * called once when this broker gives the partition up, so that nobody waits in vain.
     */
    void addListener(HighWatermarkListener listener);

    void removeListener(HighWatermarkListener listener);

    @FunctionalInterface
    interface HighWatermarkListener {
        void highWatermark(Partition partition, long highWatermark);
    }
}
