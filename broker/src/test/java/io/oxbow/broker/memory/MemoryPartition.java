package io.oxbow.broker.memory;

import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.PartitionHistory;
import io.oxbow.broker.partition.PartitionTraffic;
import io.oxbow.broker.partition.TopicTraffic;
import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.ReadResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.FencedLeaderEpochException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.jspecify.annotations.Nullable;

/** A partition in memory; appends become durable a moment later, on another thread, in order. */
public final class MemoryPartition implements Partition {

    private final TopicIdPartition id;
    private final List<ReadResult.Append> appends = new ArrayList<>();
    private final Set<HighWatermarkListener> listeners = ConcurrentHashMap.newKeySet();
    private final ExecutorService durability =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private final PartitionTraffic traffic;
    private int leaderEpoch;
    private LogConfig config;
    private long endOffset;
    private long highWatermark;
    private int failingReads;
    private Supplier<RuntimeException> readFailure = IllegalStateException::new;
    private int failingAppends;
    private Supplier<RuntimeException> appendFailure = IllegalStateException::new;

    MemoryPartition(TopicIdPartition id, int leaderEpoch, LogConfig config) {
        this.id = id;
        traffic = new PartitionTraffic(new TopicTraffic(id.topic()));
        this.leaderEpoch = leaderEpoch;
        this.config = config;
    }

    synchronized void lead(int newLeaderEpoch, LogConfig newConfig) {
        leaderEpoch = newLeaderEpoch;
        config = newConfig;
    }

    synchronized void configure(LogConfig newConfig) {
        config = newConfig;
    }

    /** Makes so many reads fail, as if the bucket were away. */
    public synchronized void failReads(int count) {
        failReads(count, () -> new KafkaStorageException("the bucket is away"));
    }

    public synchronized void failReads(int count, Supplier<RuntimeException> cause) {
        failingReads = count;
        readFailure = cause;
    }

    /** Makes so many appends fail, as if the stream took nothing any more. */
    public synchronized void failAppends(int count) {
        failAppends(count, () -> new KafkaStorageException("nothing can be appended"));
    }

    public synchronized void failAppends(int count, Supplier<RuntimeException> cause) {
        failingAppends = count;
        appendFailure = cause;
    }

    public int listenerCount() {
        return listeners.size();
    }

    @Override
    public PartitionTraffic traffic() {
        return traffic;
    }

    @Override
    public TopicIdPartition id() {
        return id;
    }

    @Override
    public synchronized int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    public synchronized LogConfig config() {
        return config;
    }

    @Override
    public long logStartOffset() {
        return 0;
    }

    @Override
    public synchronized long highWatermark() {
        return highWatermark;
    }

    @Override
    public synchronized long logEndOffset() {
        return endOffset;
    }

    @Override
    public long lastStableOffset() {
        return highWatermark();
    }

    @Override
    public List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset) {
        return List.of();
    }

    @Override
    public List<ActiveProducer> producers() {
        return List.of();
    }

    @Override
    public boolean mayBeCoordinatedAt(long producerId, int coordinatorEpoch) {
        return true;
    }

    @Override
    public @Nullable VerificationGuard startVerification(
            long producerId, short producerEpoch, int sequence) {
        return null;
    }

    @Override
    public @Nullable Appended tryAppend(MemoryRecords records, AppendOrigin origin) {
        return append(records, origin, -1);
    }

    @Override
    public synchronized Appended append(
            MemoryRecords records,
            AppendOrigin origin,
            int requiredLeaderEpoch,
            Client client,
            Membership membership) {
        if (requiredLeaderEpoch != leaderEpoch) {
            throw new FencedLeaderEpochException(
                    "epoch %d, not %d".formatted(leaderEpoch, requiredLeaderEpoch));
        }
        if (failingAppends > 0) {
            failingAppends--;
            throw appendFailure.get();
        }
        long base = endOffset;
        var copy = ByteBuffer.allocate(records.sizeInBytes());
        copy.put(records.buffer().duplicate()).flip();
        for (MutableRecordBatch batch : MemoryRecords.readableRecords(copy).batches()) {
            endOffset += batch.lastOffset() - batch.baseOffset() + 1;
            batch.setLastOffset(endOffset - 1);
            batch.setPartitionLeaderEpoch(leaderEpoch);
        }
        long end = endOffset;
        appends.add(
                new ReadResult.Append(base, (int) (end - base), -1, 0, copy.asReadOnlyBuffer()));
        var commit = new Commit(base, end);
        durability.execute(() -> durable(commit));
        return new Appended(base, end - 1, -1, 0, commit);
    }

    private void durable(Commit commit) {
        synchronized (this) {
            highWatermark = commit.nextOffset();
        }
        listeners.forEach(listener -> listener.highWatermark(this, commit.nextOffset()));
        commit.complete(null);
    }

    @Override
    public ReadResult tryRead(long offset, int bytesMax) {
        return read(offset, bytesMax);
    }

    @Override
    public synchronized ReadResult read(long offset, int bytesMax) {
        if (failingReads > 0) {
            failingReads--;
            throw readFailure.get();
        }
        if (offset < 0 || offset > highWatermark) {
            throw new OffsetOutOfRangeException(offset + " is beyond " + highWatermark);
        }
        List<ReadResult.Append> found =
                appends.stream()
                        .filter(append -> append.nextOffset() > offset)
                        .filter(append -> append.nextOffset() <= highWatermark)
                        .limit(2)
                        .toList();
        return new MemoryFetched(found, offset);
    }

    @Override
    public PartitionHistory history() {
        throw new UnsupportedOperationException("not part of this double");
    }

    @Override
    public synchronized long sizeInBytes() {
        return appends.stream().mapToLong(append -> append.records().remaining()).sum();
    }

    @Override
    public long retentionOffset(long keepBytes, long appendedBeforeMillis) {
        return 0;
    }

    @Override
    public long appendedBytes() {
        return sizeInBytes();
    }

    @Override
    public void deleteRecordsBefore(long offset) {
        throw new UnsupportedOperationException("not part of this double");
    }

    @Override
    public void addListener(HighWatermarkListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(HighWatermarkListener listener) {
        listeners.remove(listener);
    }

    private record MemoryFetched(List<ReadResult.Append> appends, long from) implements ReadResult {
        @Override
        public long nextOffset() {
            return appends.isEmpty() ? from : appends.getLast().nextOffset();
        }

        @Override
        public long sizeInBytes() {
            return appends.stream().mapToLong(append -> append.records().remaining()).sum();
        }

        @Override
        public void close() {}
    }
}
