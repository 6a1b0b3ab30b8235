package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.KnownCrc;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.commit.Health;
import io.oxbow.s3stream.commit.Registration;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.read.CommittedRange;
import io.oxbow.s3stream.read.StreamReader;
import io.oxbow.s3stream.tail.Ownership;
import io.oxbow.s3stream.tail.Tail;
import io.oxbow.s3stream.upload.Uploader;
import io.oxbow.s3stream.write.StreamWriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A stream that this node has open: its {@link StreamWriter} appends, its {@link StreamReader}
 * reads, and trimming goes to the metadata log.
 */
public final class OpenStream implements Stream {

    private final Registration registration;
    private final Commands commands;
    private final Health health;
    private final Uploader uploader;
    private final Ownership ownership;
    private final StreamWriter writer;
    private final Tail tail;
    private final StreamReader reader;
    private final CommittedRange committed;

    OpenStream(
            Registration registration,
            Commands commands,
            Health health,
            Uploader uploader,
            StreamWriter writer,
            StreamReader reader,
            CommittedRange committed) {
        this.registration = registration;
        this.commands = commands;
        this.health = health;
        this.uploader = uploader;
        this.writer = writer;
        this.tail = writer.tail();
        this.ownership = tail.ownership();
        this.reader = reader;
        this.committed = committed;
    }

    @Override
    public StreamName name() {
        return ownership.name();
    }

    @Override
    public long streamId() {
        return ownership.streamId();
    }

    @Override
    public long epoch() {
        return ownership.epoch();
    }

    @Override
    public long startOffset() {
        return reader.startOffset();
    }

    @Override
    public long committedEndOffset() {
        return ownership.committedEndOffset();
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
        return writer.append(records, count, maxTimestamp, crc);
    }

    @Override
    public @Nullable Commit tryAppend(
            ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc) {
        return writer.tryAppend(records, count, maxTimestamp, crc);
    }

    private void requireUsable() {
        health.check();
        ownership.check();
    }

    // ---- told by the store

    public Tail tail() {
        return tail;
    }

    /**
     * Ends the stream on this node, which does not own it any more: nothing is acked from now on.
     */
    public void lost(String why) {
        tail.lost(why);
    }

    /** Returns true when appends that are still in memory are of no use. */
    public boolean isGivenUp() {
        return ownership.isGivenUp();
    }

    // ---- read path

    @Override
    public ReadResult read(long from, long bytesMax) {
        return reader.read(from, bytesMax);
    }

    @Override
    public @Nullable ReadResult tryRead(long from, long bytesMax) {
        return reader.tryRead(from, bytesMax);
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
    public long committedBytes(long fromOffset, long toOffset) {
        return committed.bytes(fromOffset, toOffset);
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
                            .formatted(name(), newStartOffset, durableEndOffset()));
        }
        awaitCommitted(newStartOffset);
        ApplyResult result =
                commands.once(
                        new CoreRecord.TrimStreams(
                                registration.nodeId(),
                                registration.nodeEpoch(),
                                List.of(new CoreRecord.Trim(streamId(), newStartOffset))));
        switch (result) {
            case ApplyResult.Applied done -> reader.raiseStart(newStartOffset);
            case ApplyResult.AlreadyApplied done -> reader.raiseStart(newStartOffset);
            case ApplyResult.Fenced(var why) -> {
                var fenced = new FencedException("node epoch was fenced: " + why);
                health.fail(fenced);
                throw fenced;
            }
            default -> throw new FencedException("%s: trim refused: %s".formatted(name(), result));
        }
    }

    /**
     * Waits until everything below {@code offset} is in data objects: the metadata log can trim
     * only what it knows.
     */
    private void awaitCommitted(long offset) {
        if (offset > committedEndOffset()) {
            uploader.hurryUntil(
                    () -> committedEndOffset() >= offset || isGivenUp(), Long.MAX_VALUE);
            requireUsable();
        }
    }

    private Optional<CoreImage.StreamState> state() {
        return commands.image().stream(streamId());
    }

    @Override
    public void onDurable(DurableListener listener) {
        writer.onDurable(listener);
    }

    @Override
    public String toString() {
        return ownership.toString();
    }
}
