package io.oxbow.simulation.broker;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.KnownCrc;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.simulation.history.Attempt;
import io.oxbow.simulation.history.Opening;
import io.oxbow.simulation.history.Shown;
import io.oxbow.simulation.history.StreamHistory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stream of a node whose appends, acks, reads and trims go into the stream's history. */
final class AuditedStream implements Stream {

    private final StreamNotes notes;
    private final Stream stream;
    private final StreamHistory history;
    private final Opening opening;

    AuditedStream(StreamNotes notes, Stream stream, StreamHistory history, Opening opening) {
        this.notes = notes;
        this.stream = stream;
        this.history = history;
        this.opening = opening;
    }

    boolean is(Stream other) {
        return stream == other;
    }

    @Override
    public Commit append(ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc) {
        Commit commit =
                noted(records, count, () -> stream.append(records, count, maxTimestamp, crc));
        if (commit == null) {
            throw new IllegalStateException(stream.name() + " took no append, and said nothing");
        }
        return commit;
    }

    @Override
    public @Nullable Commit tryAppend(
            ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc) {
        return noted(records, count, () -> stream.tryAppend(records, count, maxTimestamp, crc));
    }

    private @Nullable Commit noted(
            ByteBuffer records, int count, Supplier<@Nullable Commit> append) {
        byte[] bytes = Shown.copy(records).array();
        var attempt = new Attempt[1];
        note(() -> attempt[0] = history.appending(opening, stream.nextOffset(), count, bytes));
        Commit commit;
        try {
            commit = append.get();
        } catch (S3StreamException e) {
            if (e.retry() != S3StreamException.Retry.UNKNOWN) {
                note(() -> history.cancelled(attempt[0]));
            }
            throw e;
        }
        if (commit == null) {
            note(() -> history.cancelled(attempt[0]));
            return null;
        }
        var told = new Commit(commit.baseOffset(), commit.nextOffset());
        commit.onComplete(failure -> {
            if (failure == null) {
                note(() -> history.acked(attempt[0]));
            }
            told.complete(failure);
        });
        return told;
    }

    @Override
    public ReadResult read(long offset, long bytesMax) {
        return shown(offset, stream.read(offset, bytesMax));
    }

    @Override
    public @Nullable ReadResult tryRead(long offset, long bytesMax) {
        ReadResult result = stream.tryRead(offset, bytesMax);
        return result == null ? null : shown(offset, result);
    }

    private ReadResult shown(long offset, ReadResult result) {
        List<StreamHistory.Shown> shown = new ArrayList<>();
        result.appends().forEach(each -> shown.add(Shown.of(each)));
        long end = durableEnd();
        note(() -> history.read(offset, shown, end));
        return result;
    }

    /** Returns the end below which records may be shown; see {@code Client}. */
    private long durableEnd() {
        long committed =
                notes.canonical().stream(stream.streamId())
                        .map(CoreImage.StreamState::endOffset)
                        .orElse(0L);
        return Math.max(stream.durableEndOffset(), committed);
    }

    @Override
    public long durableEndOffset() {
        long end = stream.durableEndOffset();
        note(() -> history.durableEnd(opening, end));
        return end;
    }

    @Override
    public void trim(long newStartOffset) {
        history.trimming(opening, newStartOffset);
        stream.trim(newStartOffset);
        history.trimmed(opening, newStartOffset);
    }

    private void note(Runnable event) {
        notes.note(event);
    }

    @Override
    public StreamName name() {
        return stream.name();
    }

    @Override
    public long streamId() {
        return stream.streamId();
    }

    @Override
    public long epoch() {
        return stream.epoch();
    }

    @Override
    public long startOffset() {
        return stream.startOffset();
    }

    @Override
    public long committedEndOffset() {
        return stream.committedEndOffset();
    }

    @Override
    public long nextOffset() {
        return stream.nextOffset();
    }

    @Override
    public OptionalLong firstAppendAtOrAfter(long timestampMillis) {
        return stream.firstAppendAtOrAfter(timestampMillis);
    }

    @Override
    public Optional<TimestampedOffset> maxTimestamp() {
        return stream.maxTimestamp();
    }

    @Override
    public long sizeInBytes() {
        return stream.sizeInBytes();
    }

    @Override
    public long committedBytes(long fromOffset, long toOffset) {
        return stream.committedBytes(fromOffset, toOffset);
    }

    @Override
    public long retentionOffset(long keepBytes, long appendedBeforeMillis) {
        return stream.retentionOffset(keepBytes, appendedBeforeMillis);
    }

    @Override
    public void onDurable(DurableListener listener) {
        stream.onDurable(listener);
    }
}
