package io.oxbow.broker.fetch;

import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.partition.Partition;
import io.oxbow.s3stream.ReadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Read of one partition for one fetch: whole batches, gathered over one or more reads of the
 * stream. Used by one thread at a time; only {@link #highWatermark} comes from another.
 */
final class PartitionRead implements Partition.HighWatermarkListener {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionRead.class);

    /** Result of a read that must not wait and would have to. */
    static final int WOULD_WAIT = -1;

    /** Result of a read for which there is no memory; nothing is read then. */
    static final int NO_ROOM = -2;

    private final TopicIdPartition id;
    private final FetchRequest.PartitionData wanted;
    private final IsolationLevel isolation;
    private final Consumer<PartitionRead> risen;
    private final AtomicBoolean queued = new AtomicBoolean();
    private final List<ReadResult> reads = new ArrayList<>(1);
    private final List<ReadResult.Append> appends = new ArrayList<>();
    private @Nullable Partition partition;
    private @Nullable Partition watched;
    private Errors error = Errors.NONE;
    private long nextOffset;
    private int bytes;

    /**
     * @param risen is given this, once per read, when its partition has more
     */
    PartitionRead(
            TopicIdPartition id,
            FetchRequest.PartitionData wanted,
            IsolationLevel isolation,
            Consumer<PartitionRead> risen) {
        this.id = id;
        this.wanted = wanted;
        this.isolation = isolation;
        this.risen = risen;
        nextOffset = wanted.fetchOffset;
    }

    TopicIdPartition id() {
        return id;
    }

    Errors error() {
        return error;
    }

    /** Finds the partition, or sets {@link #error}. */
    void open(LedPartitions partitions) {
        try {
            Partition found = find(partitions);
            LedPartitions.requireEpoch(found, wanted.currentLeaderEpoch.orElse(-1));
            partition = found;
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** Finds the partition again after a wait, in which it may have been given up. */
    void reopen(LedPartitions partitions) {
        Partition before = partition;
        open(partitions);
        if (before != null && error == Errors.NONE && before != partition) {
            // Given up and taken again: the rises that this fetch watches are those of the old one.
            error = Errors.NOT_LEADER_OR_FOLLOWER;
        }
    }

    private Partition find(LedPartitions partitions) {
        if (id.topicId().equals(Uuid.ZERO_UUID)) {
            return partitions.require(id.topic(), id.partition());
        }
        if (id.topic() == null) {
            throw new UnknownTopicIdException("no topic has the id " + id.topicId());
        }
        return partitions.require(id.topicId(), id.partition());
    }

    /**
     * Reads on from where the last read ended.
     *
     * @param bytesMax room left in the reply
     * @param evenIfTooLarge whether the first batch is taken although it exceeds a limit
     * @return how many bytes more there are now, or {@link #NO_ROOM}
     */
    int read(int bytesMax, boolean evenIfTooLarge, FetchMemory memory) {
        return read(bytesMax, evenIfTooLarge, memory, Partition::read);
    }

    /** As {@link #read}; {@link #WOULD_WAIT}, and nothing is read, where that might wait. */
    int tryRead(int bytesMax, boolean evenIfTooLarge, FetchMemory memory) {
        return read(bytesMax, evenIfTooLarge, memory, Partition::tryRead);
    }

    /** A way to read a partition; its result is null when the read would have to wait. */
    @FunctionalInterface
    private interface Source {
        @Nullable ReadResult read(Partition partition, long offset, int bytesMax);
    }

    private int read(int bytesMax, boolean evenIfTooLarge, FetchMemory memory, Source how) {
        queued.set(false);
        int wish = Math.min(bytesMax, wanted.maxBytes - bytes);
        Partition source = partition;
        if (source == null || error != Errors.NONE || wish <= 0 && !evenIfTooLarge) {
            return 0;
        }
        try {
            if (!hasMore(source)) {
                return 0;
            }
            int granted = memory.grant(wish);
            if (granted == 0) {
                return NO_ROOM;
            }
            int limit = Math.min(wish, granted);
            long end = readableEnd(source);
            ReadResult fetched = how.read(source, nextOffset, Math.max(limit, 1));
            return fetched == null ? WOULD_WAIT : take(fetched, end, limit, evenIfTooLarge, memory);
        } catch (CorruptRecordException e) {
            // Records before the failed offset are returned; the next fetch begins at that offset
            // and reports the error.
            if (appends.isEmpty()) {
                fail(e);
            }
            return 0;
        } catch (RuntimeException e) {
            fail(e);
            return 0;
        } finally {
            memory.keepNothing(); // of what was granted beyond what take has kept
        }
    }

    private boolean hasMore(Partition source) {
        long high = source.highWatermark();
        if (nextOffset > high && nextOffset <= source.logEndOffset()) {
            return false; // appended, and not to be shown before it is durable
        }
        if (nextOffset == high && !appends.isEmpty()) {
            return false;
        }
        if (nextOffset < source.logStartOffset() || nextOffset > high) {
            throw new OffsetOutOfRangeException(
                    "offset %d of %s is outside [%d, %d]"
                            .formatted(nextOffset, id, source.logStartOffset(), high));
        }
        return nextOffset < readableEnd(source);
    }

    /** Returns the offset up to which the client may read: the end of a batch. */
    private long readableEnd(Partition source) {
        return isolation == IsolationLevel.READ_COMMITTED
                ? source.lastStableOffset()
                : source.highWatermark();
    }

    private int take(
            ReadResult fetched, long end, int limit, boolean evenIfTooLarge, FetchMemory memory) {
        List<ReadResult.Append> found = fetched.appends();
        int taken = 0;
        int count = 0;
        for (; count < found.size(); count++) {
            int size = found.get(count).records().remaining();
            boolean first = taken == 0 && evenIfTooLarge;
            if (found.get(count).baseOffset() >= end || !first && taken + size > limit) {
                break;
            }
            taken += size;
        }
        if (found.isEmpty()) {
            nextOffset = Math.max(nextOffset, fetched.nextOffset());
        }
        if (taken == 0 || !memory.keep(taken)) {
            fetched.close();
            return taken == 0 ? 0 : NO_ROOM;
        }
        appends.addAll(found.subList(0, count));
        nextOffset = appends.getLast().nextOffset();
        reads.add(fetched);
        bytes += taken;
        return taken;
    }

    private void fail(RuntimeException e) {
        error = Errors.forException(e);
        if (error == Errors.UNKNOWN_SERVER_ERROR) {
            LOG.error("fetching {} failed", id, e);
        }
    }

    /**
     * Queues this read when the high watermark rises, from now on; a rise since the last read
     * counts, too.
     */
    void watch() {
        Partition source = partition;
        if (source != null) {
            watched = source;
            source.addListener(this);
            if (readableEnd(source) > nextOffset) {
                highWatermark(source, source.highWatermark());
            }
        }
    }

    void unwatch() {
        if (watched != null) {
            watched.removeListener(this);
        }
    }

    @Override
    public void highWatermark(Partition source, long highWatermark) {
        if (queued.compareAndSet(false, true)) {
            risen.accept(this);
        }
    }

    /** Returns this partition's part of the reply. */
    PartitionData answer() {
        Partition source = partition;
        if (source == null || error != Errors.NONE) {
            return FetchResponse.partitionResponse(id, error);
        }
        long high = source.highWatermark();
        List<AbortedTransaction> aborted =
                isolation == IsolationLevel.READ_COMMITTED ? aborted(source) : null;
        if (error != Errors.NONE) {
            return FetchResponse.partitionResponse(id, error);
        }
        return new PartitionData()
                .setPartitionIndex(id.partition())
                .setHighWatermark(high)
                .setLastStableOffset(source.lastStableOffset())
                .setLogStartOffset(source.logStartOffset())
                .setAbortedTransactions(aborted)
                .setRecords(appends.isEmpty() ? MemoryRecords.EMPTY : records(source));
    }

    /**
     * Returns the aborted transactions among the records read. Those below the log's start are
     * forgotten: when it has passed the records meanwhile, they can no longer be told apart.
     */
    private List<AbortedTransaction> aborted(Partition source) {
        if (appends.isEmpty()) {
            return List.of();
        }
        long from = appends.getFirst().baseOffset();
        List<AbortedTransaction> aborted =
                source.abortedTransactions(from, nextOffset).stream()
                        .map(transaction ->
                                new AbortedTransaction()
                                        .setProducerId(transaction.producerId())
                                        .setFirstOffset(transaction.firstOffset()))
                        .toList();
        if (source.logStartOffset() > wanted.fetchOffset) {
            error = Errors.OFFSET_OUT_OF_RANGE;
        }
        return aborted;
    }

    private ReplyRecords records(Partition source) {
        int count = 0;
        for (int i = 0; i < appends.size(); i++) {
            count += appends.get(i).count();
        }
        source.traffic().fetched(bytes, count);
        return new ReplyRecords(appends, bytes);
    }

    /** Gives the memory back; the records of the answer are invalid then. */
    void close() {
        reads.forEach(ReadResult::close);
        reads.clear();
    }
}
