package io.oxbow.broker.partition;

import io.oxbow.broker.config.DamagePolicy;
import io.oxbow.broker.processor.ProcessorThreads;
import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.broker.producer.EndMarker;
import io.oxbow.broker.producer.ProducerBatch;
import io.oxbow.broker.producer.ProducerState;
import io.oxbow.broker.producer.ProducerStates;
import io.oxbow.broker.producer.TransactionChange;
import io.oxbow.broker.producer.Transactions;
import io.oxbow.broker.validation.ClockTime;
import io.oxbow.broker.validation.RecordValidation;
import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.KnownCrc;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.env.Clock;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.jspecify.annotations.Nullable;

/**
 * A partition on a stream: one batch is one append of the stream.
 *
 * <p>Appends and changes of leadership hold one lock, which is what makes offsets and sequences
 * agree; an append may wait in it for the WAL's back-pressure, and the next ones behind it. Reads,
 * offsets and the completion of commits never take it.
 */
final class StreamPartition implements Partition {

    /**
     * First byte of a batch that the batch's own CRC covers, its attributes: the record batch
     * format.
     */
    private static final int CRC_FROM = 21;

    private final TopicIdPartition id;
    private final Stream data;
    private final Clock clock;
    private final ProducerStates producers;
    private final Transactions transactions = new Transactions();
    private final LeaderEpochs epochs = new LeaderEpochs();
    private final RecordValidation validation;
    private final ProcessorThreads threads;
    private final boolean internal;
    private final DamagedRanges damaged;
    private final PartitionTraffic traffic;
    private final StreamHistory history;
    private final DurableCommits durableCommits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wentOn = lock.newCondition();

    /**
     * Serialises trims, which wait for the metadata log, and maybe for an upload; appends go on
     * meanwhile.
     */
    private final ReentrantLock trimLock = new ReentrantLock();

    private final HighWatermarkListeners listeners;
    private volatile LogConfig config;
    private volatile int leaderEpoch;
    private volatile boolean resigned;
    private boolean paused;
    private volatile long appendedBytes;
    private volatile long checkpointedBytes;
    private volatile long cleanedTo;
    private volatile boolean cleaningUnsettled;

    StreamPartition(
            Partitions.Leading leading,
            Stream data,
            PartitionSettings settings,
            ProcessorThreads threads,
            DamagedRanges damaged,
            PartitionTraffic traffic,
            HighWatermarkListeners listeners) {
        this.threads = threads;
        this.listeners = listeners;
        this.damaged = damaged;
        this.traffic = traffic;
        this.data = data;
        id = leading.id();
        leaderEpoch = leading.leaderEpoch();
        internal = InternalTopics.contains(id.topic());
        config = leading.config();
        clock = settings.environment().clock();
        producers = new ProducerStates(settings.producerIdExpirationMillis());
        validation = new RecordValidation(id.topicPartition(), new ClockTime(clock));
        history = new StreamHistory(data, epochs);
        durableCommits = new DurableCommits(data);
    }

    /** Rebuilds the state, before anybody else sees this partition. */
    void recover(Optional<StateLog> stateLog, RecoveredBatches.@Nullable Run seen) {
        var recovery =
                new PartitionRecovery(
                        data,
                        producers,
                        transactions,
                        epochs,
                        damage -> damaged.failed(id, damage));
        checkpointedBytes = -recovery.run(stateLog, seen);
        cleanedTo = recovery.cleanedTo();
        epochs.begin(leaderEpoch, data.nextOffset());
        data.onDurable(this::durable);
    }

    @Override
    public Appended append(
            MemoryRecords records,
            AppendOrigin origin,
            int requiredLeaderEpoch,
            Client client,
            Membership membership) {
        requireMayAppend(origin);
        LogConfig current = config;
        RecordValidation.Checked checked =
                validation.takesCodec(records, current)
                        ? checkInTurn(client, records, origin, current)
                        : validation.check(records, origin, current);
        lock.lock();
        try {
            while (paused && !resigned) {
                wentOn.awaitUninterruptibly();
            }
            requireLeader(requiredLeaderEpoch);
            return Objects.requireNonNull(
                    assignAndAppend(checked, origin, current, membership, data::append));
        } catch (S3StreamException e) {
            throw StreamErrors.toKafka(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable Appended tryAppend(MemoryRecords records, AppendOrigin origin) {
        requireMayAppend(origin);
        LogConfig current = config;
        RecordValidation.Checked checked = validation.tryCheck(records, origin, current);
        if (checked == null || !lock.tryLock()) {
            return null;
        }
        try {
            if (paused && !resigned) {
                return null;
            }
            requireLeader(-1);
            if (producers.mustBeVerified(checked.batch())) {
                return null;
            }
            Appended appended =
                    assignAndAppend(checked, origin, current, Membership.NONE, data::tryAppend);
            if (appended == null) {
                checked.takeOffsetsBack();
            }
            return appended;
        } catch (S3StreamException e) {
            throw StreamErrors.toKafka(e);
        } finally {
            lock.unlock();
        }
    }

    /** A way to append to the stream; its result is null when the append would have to wait. */
    @FunctionalInterface
    private interface StreamAppend {
        @Nullable Commit append(
                ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc);
    }

    /** Checks in the client's turn, unless it has gone before or while it waited. */
    private RecordValidation.Checked checkInTurn(
            Client client, MemoryRecords records, AppendOrigin origin, LogConfig current) {
        requireWaits(client);
        return threads.run(
                client.id(),
                () -> {
                    requireWaits(client);
                    return validation.check(records, origin, current);
                });
    }

    private static void requireWaits(Client client) {
        if (!client.waits().getAsBoolean()) {
            throw new DisconnectException("the client is gone");
        }
    }

    private @Nullable Appended assignAndAppend(
            RecordValidation.Checked checked,
            AppendOrigin origin,
            LogConfig current,
            Membership membership,
            StreamAppend append) {
        RecordValidation.Assigned assigned =
                validation.assign(checked, current, data.nextOffset(), leaderEpoch);
        RecordBatch batch = assigned.batch();
        if (!batch.hasProducerId()) {
            return append(assigned, append);
        }
        EndMarker marker = EndMarker.of(batch);
        if (marker != null) {
            producers.checkMarker(batch, marker, membership.version());
        } else {
            producers.expire(clock.wallMillis());
            Optional<ProducerBatch> earlier = producers.check(batch, origin, membership.guard());
            if (earlier.isPresent()) {
                return duplicate(earlier.get(), assigned.logAppendTime());
            }
        }
        return appendOfProducer(assigned, marker, append);
    }

    private @Nullable Appended appendOfProducer(
            RecordValidation.Assigned assigned, @Nullable EndMarker marker, StreamAppend append) {
        RecordBatch batch = assigned.batch();
        TransactionChange change =
                producers.change(
                        batch.producerId(), batch.isTransactional(), marker, batch.baseOffset());
        if (change != null) {
            transactions.make(change);
        }
        Appended appended = null;
        try {
            appended = append(assigned, append);
        } finally {
            if (appended == null && change != null) {
                transactions.undo(change);
            }
        }
        if (appended != null) {
            remember(batch, marker);
        }
        return appended;
    }

    private void remember(RecordBatch batch, @Nullable EndMarker marker) {
        long now = clock.wallMillis();
        if (marker == null) {
            producers.appended(
                    batch.producerId(),
                    batch.producerEpoch(),
                    ProducerBatch.of(batch, now),
                    batch.isTransactional());
        } else {
            producers.ended(batch.producerId(), batch.producerEpoch(), marker, now);
        }
    }

    private @Nullable Appended append(RecordValidation.Assigned assigned, StreamAppend append) {
        RecordBatch batch = assigned.batch();
        int count = Math.toIntExact(batch.nextOffset() - batch.baseOffset());
        int size = batch.sizeInBytes();
        var crc = new KnownCrc(CRC_FROM, (int) batch.checksum());
        Commit commit =
                append.append(assigned.records().buffer(), count, assigned.maxTimestamp(), crc);
        if (commit == null) {
            return null;
        }
        if (commit.baseOffset() != batch.baseOffset()) {
            throw new IllegalStateException(
                    "%s: batch of offset %d was appended at %d"
                            .formatted(id, batch.baseOffset(), commit.baseOffset()));
        }
        appendedBytes += size;
        traffic.appended(size, count);
        return new Appended(
                batch.baseOffset(),
                batch.lastOffset(),
                assigned.logAppendTime(),
                data.startOffset(),
                commit);
    }

    /**
     * Answers a retry with the first append's offsets and a commit that completes when these are
     * durable.
     */
    private Appended duplicate(ProducerBatch earlier, long logAppendTime) {
        long firstAppendTime =
                logAppendTime == RecordBatch.NO_TIMESTAMP
                        ? RecordBatch.NO_TIMESTAMP
                        : earlier.appendTimeMillis();
        return new Appended(
                earlier.baseOffset(),
                earlier.lastOffset(),
                firstAppendTime,
                data.startOffset(),
                durableCommits.commitFor(earlier.baseOffset(), earlier.lastOffset() + 1));
    }

    private void requireMayAppend(AppendOrigin origin) {
        if (internal && origin == AppendOrigin.CLIENT) {
            InternalTopics.refuse(id.topic(), "write to it");
        }
    }

    private void requireLeader(int requiredLeaderEpoch) {
        if (resigned || requiredLeaderEpoch >= 0 && requiredLeaderEpoch != leaderEpoch) {
            throw new NotLeaderOrFollowerException(
                    resigned
                            ? "%s was given up".formatted(id)
                            : "%s is led at epoch %d, not %d"
                                    .formatted(id, leaderEpoch, requiredLeaderEpoch));
        }
    }

    @Override
    public ReadResult read(long offset, int bytesMax) {
        requireReadable(offset);
        try {
            return readOn(offset, bytesMax);
        } catch (DamagedException e) {
            damaged.failed(id, e);
            throw StreamErrors.toKafka(e);
        } catch (S3StreamException e) {
            throw StreamErrors.toKafka(e);
        }
    }

    /** Reads, past damaged ranges if the topic's readers may go past them. */
    private ReadResult readOn(long fromOffset, int bytesMax) {
        long offset = fromOffset;
        while (true) {
            try {
                ReadResult fetched = data.read(offset, bytesMax);
                damaged.readable(this, offset, fetched.nextOffset());
                return fetched;
            } catch (DamagedException e) {
                if (DamagePolicy.of(config) == DamagePolicy.FAIL || e.toOffset() <= offset) {
                    throw e;
                }
                damaged.passedOver(id, e);
                offset = Math.min(e.toOffset(), data.durableEndOffset());
            }
        }
    }

    @Override
    public @Nullable ReadResult tryRead(long offset, int bytesMax) {
        requireReadable(offset);
        try {
            return data.tryRead(offset, bytesMax);
        } catch (S3StreamException e) {
            throw StreamErrors.toKafka(e);
        }
    }

    private void requireReadable(long offset) {
        if (resigned) {
            throw new NotLeaderOrFollowerException("%s was given up".formatted(id));
        }
        long high = data.durableEndOffset();
        if (offset < data.startOffset() || offset > high) {
            throw new OffsetOutOfRangeException(
                    "offset %d of %s is outside [%d, %d]"
                            .formatted(offset, id, data.startOffset(), high));
        }
    }

    @Override
    public void deleteRecordsBefore(long offset) {
        trimLock.lock();
        try {
            requireLeader(-1);
            if (offset < 0 || offset > data.durableEndOffset()) {
                throw new OffsetOutOfRangeException(
                        "offset %d of %s is beyond the high watermark %d"
                                .formatted(offset, id, data.durableEndOffset()));
            }
            data.trim(offset);
            trimEpochs();
        } catch (S3StreamException e) {
            throw StreamErrors.toKafka(e);
        } finally {
            trimLock.unlock();
        }
    }

    private void trimEpochs() {
        lock.lock();
        try {
            epochs.trim(data.startOffset());
        } finally {
            lock.unlock();
        }
        transactions.trim(data.startOffset());
    }

    /**
     * Raises the leader epoch to the newer one under which the controller has confirmed this
     * broker's leadership.
     */
    void raiseLeaderEpoch(int newEpoch) {
        lock.lock();
        try {
            if (newEpoch > leaderEpoch) {
                leaderEpoch = newEpoch;
                epochs.begin(newEpoch, data.nextOffset());
                // A move away may have been undone before it was seen here.
                paused = false;
                wentOn.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void configure(LogConfig newConfig) {
        config = newConfig;
    }

    /** Has appends wait until this partition goes on or is given up. */
    void pause() {
        lock.lock();
        try {
            paused = true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a pause. */
    void goOn() {
        lock.lock();
        try {
            paused = false;
            wentOn.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses appends from now on, and wakes those who wait for more. */
    void resign() {
        lock.lock();
        try {
            resigned = true;
            wentOn.signalAll();
        } finally {
            lock.unlock();
        }
        listeners.tell(this, data.durableEndOffset());
    }

    boolean isResigned() {
        return resigned;
    }

    /**
     * Fails the commits under way after a failure of the WAL: records that aren't durable never
     * will be, here.
     */
    void fail(S3StreamException cause) {
        durableCommits.fail(cause);
    }

    /** Captures the state as of the next offset; {@link #awaitDurable} before it is written. */
    StateCheckpoint captureState() {
        lock.lock();
        try {
            producers.expire(clock.wallMillis());
            checkpointedBytes = appendedBytes;
            return new StateCheckpoint(
                    data.nextOffset(),
                    epochs.snapshot(),
                    producers.snapshot(),
                    transactions.abortedOnes(),
                    cleanedTo);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the offset below which a cleaning has been through. */
    long cleanedTo() {
        return cleanedTo;
    }

    /**
     * Notes a cleaning that is done.
     *
     * @param empty aborted transactions of which the log has the markers alone
     */
    void cleaned(long toOffset, Collection<AbortedTransaction> empty) {
        cleaningUnsettled = true;
        transactions.forget(empty);
        cleanedTo = Math.max(cleanedTo, toOffset);
    }

    /** Returns true while the last cleaning is in no checkpoint. */
    boolean isCleaningUnsettled() {
        return cleaningUnsettled;
    }

    void cleaningSettled() {
        cleaningUnsettled = false;
    }

    /** Returns the producers that this partition remembers. */
    List<ProducerState> producerStates() {
        lock.lock();
        try {
            producers.expire(clock.wallMillis());
            return producers.snapshot();
        } finally {
            lock.unlock();
        }
    }

    Stream data() {
        return data;
    }

    /** Blocks until everything below the offset is durable. */
    void awaitDurable(long offset) throws InterruptedException {
        durableCommits.commitFor(offset, offset).await();
    }

    /** Returns the bytes that opening this partition again would have to read. */
    long bytesSinceCheckpoint() {
        return appendedBytes - checkpointedBytes;
    }

    private void durable(long endOffset) {
        transactions.durable(endOffset);
        durableCommits.durable(endOffset);
        listeners.tell(this, endOffset);
    }

    @Override
    public TopicIdPartition id() {
        return id;
    }

    @Override
    public int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    public LogConfig config() {
        return config;
    }

    @Override
    public long logStartOffset() {
        return data.startOffset();
    }

    @Override
    public long highWatermark() {
        return data.durableEndOffset();
    }

    @Override
    public long lastStableOffset() {
        long high = data.durableEndOffset();
        return Math.max(data.startOffset(), transactions.stableBelow(high));
    }

    @Override
    public List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset) {
        return transactions.abortedIn(fromOffset, toOffset);
    }

    @Override
    public @Nullable VerificationGuard startVerification(
            long producerId, short producerEpoch, int sequence) {
        lock.lock();
        try {
            requireLeader(-1);
            return producers.startVerification(producerId, producerEpoch, sequence);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean mayBeCoordinatedAt(long producerId, int coordinatorEpoch) {
        lock.lock();
        try {
            return producers.mayBeCoordinatedAt(producerId, coordinatorEpoch);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<ActiveProducer> producers() {
        return producerStates().stream()
                .map(state ->
                        new ActiveProducer(
                                state.producerId(),
                                state.epoch(),
                                state.lastSequence(),
                                state.lastAppendMillis(),
                                state.coordinatorEpoch(),
                                state.openSince()))
                .toList();
    }

    @Override
    public long logEndOffset() {
        return data.nextOffset();
    }

    @Override
    public PartitionHistory history() {
        return history;
    }

    @Override
    public PartitionTraffic traffic() {
        return traffic;
    }

    @Override
    public long sizeInBytes() {
        return data.sizeInBytes();
    }

    @Override
    public long retentionOffset(long keepBytes, long appendedBeforeMillis) {
        return data.retentionOffset(keepBytes, appendedBeforeMillis);
    }

    @Override
    public long appendedBytes() {
        return appendedBytes;
    }

    @Override
    public void addListener(HighWatermarkListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(HighWatermarkListener listener) {
        listeners.remove(listener);
    }
}
