package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.Fetched;
import io.oxbow.s3stream.KnownCrc;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Verdict;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalEntry;
import io.oxbow.s3stream.wal.WalRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A stream that this node has open. The appending thread and the write-ahead log's completion
 * thread make up the write path; the uploader tells it what has reached data objects; what can be
 * read is its {@link StreamReader}'s.
 */
final class OpenStream implements Stream {

    private final NodeParts node;
    private final StreamName name;
    private final long streamId;
    private final long epoch;
    private final Tail tail;
    private final CommittedRange committed;
    private final StreamReader reader;
    private final List<DurableListener> listeners = new CopyOnWriteArrayList<>();
    private volatile long committedEndOffset;
    private volatile @Nullable S3StreamException ended;

    OpenStream(NodeParts node, StreamName name, Verdict.OpenedStream opened) {
        this.node = node;
        this.name = name;
        this.streamId = opened.streamId();
        this.epoch = opened.streamEpoch();
        this.committedEndOffset = opened.endOffset();
        this.tail = new Tail(opened.endOffset(), node.health(), node.write().memory());
        this.committed = new CommittedRange(opened.streamId(), node.caches());
        this.reader = new StreamReader(node, name, tail, committed, opened.startOffset());
    }

    @Override
    public StreamName name() {
        return name;
    }

    @Override
    public long streamId() {
        return streamId;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long startOffset() {
        return reader.startOffset();
    }

    @Override
    public long committedEndOffset() {
        return committedEndOffset;
    }

    @Override
    public long durableEndOffset() {
        return tail.durableEndOffset();
    }

    @Override
    public long nextOffset() {
        return tail.nextOffset();
    }

    // ---- write path

    @Override
    public Commit append(ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc) {
        requireAppendable(count);
        long frameBytes = (long) RecordFrame.HEADER_BYTES + records.remaining();
        node.write().budget().take(frameBytes);
        WalRecord record = record(records, count, maxTimestamp, crc);
        TailEntry entry = reserve(record);
        Commit commit = entry.commit();
        boolean taken = false;
        try {
            node.write().wal().append(record, entry);
            taken = true;
        } catch (S3StreamException e) {
            failUnlessRetryable(e);
            throw e;
        } finally {
            if (!taken) {
                cancel(entry);
            }
        }
        return commit;
    }

    @Override
    public @Nullable Commit tryAppend(
            ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc) {
        requireAppendable(count);
        long frameBytes = (long) RecordFrame.HEADER_BYTES + records.remaining();
        if (!node.write().budget().tryTake(frameBytes)) {
            return null;
        }
        WalRecord record = record(records, count, maxTimestamp, crc);
        TailEntry entry = reserve(record);
        Commit commit = entry.commit();
        boolean taken = false;
        try {
            taken = node.write().wal().tryAppend(record, entry);
        } catch (S3StreamException e) {
            failUnlessRetryable(e);
            throw e;
        } finally {
            if (!taken) {
                cancel(entry);
            }
        }
        return taken ? commit : null;
    }

    private void failUnlessRetryable(S3StreamException failure) {
        if (failure.retry() != Retry.RETRYABLE) {
            node.health().fail(failure);
        }
    }

    /** The log did not take the append: all is as if it had never been. */
    private void cancel(TailEntry entry) {
        tail.cancel(entry);
        node.write().budget().cancel(entry.frameBytes());
    }

    private void requireAppendable(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count is %d, must be at least 1".formatted(count));
        }
        requireUsable();
    }

    private WalRecord record(
            ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc) {
        long now = node.clock().wallMillis();
        long baseOffset = tail.nextOffset();
        return new WalRecord(streamId, epoch, baseOffset, count, maxTimestamp, now, records, crc);
    }

    /** Gives it its place in the tail; the budget was taken before. */
    private TailEntry reserve(WalRecord record) {
        var commit = new Commit(record.baseOffset(), record.nextOffset());
        var entry = new TailEntry(this, commit, record);
        try {
            tail.reserve(entry);
        } catch (RuntimeException e) {
            node.write().budget().cancel(entry.frameBytes());
            throw e;
        }
        return entry;
    }

    /** Called by threads of the write-ahead log's, one at a time and in LSN order. */
    void completed(TailEntry entry, WalEntry where, @Nullable S3StreamException failure) {
        if (failure != null) {
            node.health().fail(failure);
        }
        tail.complete(entry, where, failure == null);
        announce(entry, failure);
        node.write().budget().settled();
        if (failure == null) {
            node.write().uploader().durable(entry);
        }
    }

    /** The durable end has risen already, if the entry is good; now tell. */
    private void announce(TailEntry entry, @Nullable S3StreamException failure) {
        S3StreamException why = failure;
        why = why == null ? node.health().failure() : why;
        why = why == null ? ended : why;
        if (why == null) {
            long end = tail.durableEndOffset();
            for (DurableListener listener : listeners) {
                listener.durable(end);
            }
        }
        entry.takeCommit().complete(why);
    }

    private void requireUsable() {
        node.health().check();
        S3StreamException why = ended;
        if (why != null) {
            throw new FencedException("%s: %s".formatted(name, why.getMessage()));
        }
    }

    // ---- told by the store

    Tail tail() {
        return tail;
    }

    /** Everything below {@code endOffset} is in data objects, and the image says so. */
    void committed(long endOffset) {
        committedEndOffset = endOffset;
    }

    /** The stream is not this node's any more: nothing is acked from now on. */
    void lost(String why) {
        if (ended == null) {
            ended = new FencedException(why);
        }
        tail.refuse();
    }

    /** Whether what it still has in memory is of no use. */
    boolean isGivenUp() {
        return ended != null;
    }

    // ---- read path

    @Override
    public Fetched read(long from, long maxBytes) {
        return reader.read(from, maxBytes);
    }

    @Override
    public @Nullable Fetched tryRead(long from, long maxBytes) {
        return reader.tryRead(from, maxBytes);
    }

    @Override
    public OptionalLong firstAppendAtOrAfter(long timestampMillis) {
        return reader.firstAppendAtOrAfter(timestampMillis);
    }

    @Override
    public Optional<TimestampedOffset> maxTimestamp() {
        return reader.maxTimestamp();
    }

    // ---- size and trimming

    @Override
    public long sizeInBytes() {
        while (true) {
            CoreImage.StreamState before = state().orElse(null);
            if (before == null) {
                return 0;
            }
            long inMemory = tail.bytesFrom(before.endOffset());
            // Whatever was committed in between is in neither number.
            if (state().filter(after -> after.endOffset() == before.endOffset()).isPresent()) {
                return before.sizeInBytes() + inMemory;
            }
        }
    }

    @Override
    public long retentionOffset(long keepBytes, long appendedBefore) {
        return committed.retentionOffset(startOffset(), sizeInBytes(), keepBytes, appendedBefore);
    }

    @Override
    public void trim(long newStartOffset) {
        requireUsable();
        if (newStartOffset <= startOffset()) {
            return;
        }
        if (newStartOffset > durableEndOffset()) {
            throw new OffsetOutOfRangeException(
                    "%s: cannot trim to %d, the end is %d"
                            .formatted(name, newStartOffset, durableEndOffset()));
        }
        awaitCommitted(newStartOffset);
        var registration = node.registration();
        Verdict verdict =
                node.commands()
                        .once(
                                new CoreRecord.TrimStreams(
                                        registration.nodeId(),
                                        registration.nodeEpoch(),
                                        List.of(new CoreRecord.Trim(streamId, newStartOffset))));
        switch (verdict) {
            case Verdict.Applied done -> reader.raiseStart(newStartOffset);
            case Verdict.AlreadyApplied done -> reader.raiseStart(newStartOffset);
            case Verdict.Fenced(var why) -> {
                var fenced = new FencedException("node epoch was fenced: " + why);
                node.health().fail(fenced);
                throw fenced;
            }
            default -> throw new FencedException("%s: trim refused: %s".formatted(name, verdict));
        }
    }

    /** Only what is in data objects can be trimmed: the metadata log knows nothing of the rest. */
    private void awaitCommitted(long offset) {
        if (offset > committedEndOffset) {
            node.write()
                    .uploader()
                    .hurryUntil(() -> committedEndOffset >= offset || isGivenUp(), Long.MAX_VALUE);
            requireUsable();
        }
    }

    private Optional<CoreImage.StreamState> state() {
        return node.commands().image().stream(streamId);
    }

    @Override
    public void onDurable(DurableListener listener) {
        listeners.add(listener);
    }

    @Override
    public String toString() {
        return "%s id=%d epoch=%d".formatted(name, streamId, epoch);
    }
}
