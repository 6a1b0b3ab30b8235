package io.oxbow.broker.testing;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.KnownCrc;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A stream of {@link InMemoryStreamStore}, open at one epoch. */
final class InMemoryStream implements Stream {

    private final StreamContent content;
    private final InMemoryWal wal;
    private final Set<String> readers;
    private final long epoch;
    private final List<DurableListener> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean refusing;

    /**
     * @param readers gets the names of threads that read
     */
    InMemoryStream(StreamContent content, InMemoryWal wal, Set<String> readers) {
        this.content = content;
        this.wal = wal;
        this.readers = readers;
        epoch = content.epoch();
    }

    void refuseAppends() {
        refusing = true;
    }

    void upload() {
        content.upload();
    }

    @Override
    public @Nullable Commit tryAppend(
            ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc) {
        return wal.hasSpace() ? append(records, count, maxTimestamp, crc) : null;
    }

    @Override
    public Commit append(ByteBuffer records, int count, long maxTimestamp, @Nullable KnownCrc crc) {
        if (count < 1) {
            throw new IllegalArgumentException("count " + count);
        }
        byte[] bytes = new byte[records.remaining()];
        records.duplicate().get(bytes);
        wal.awaitSpace();
        if (refusing) {
            throw new FencedException("stream %s is not open here".formatted(content.name()));
        }
        var append =
                new StoredAppend(
                        content.nextOffset(),
                        count,
                        maxTimestamp,
                        System.currentTimeMillis(),
                        bytes);
        var commit = new Commit(append.baseOffset(), append.nextOffset());
        wal.append(
                new InMemoryWal.Entry(
                        commit,
                        bytes.length,
                        () -> content.add(append),
                        () -> content.durable(append.nextOffset()),
                        () -> listeners.forEach(l -> l.durable(append.nextOffset()))));
        return commit;
    }

    @Override
    public StreamName name() {
        return content.name();
    }

    @Override
    public long streamId() {
        return content.streamId();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long startOffset() {
        return content.startOffset();
    }

    @Override
    public long committedEndOffset() {
        return content.committedEndOffset();
    }

    @Override
    public long durableEndOffset() {
        return content.durableEndOffset();
    }

    @Override
    public long nextOffset() {
        return content.nextOffset();
    }

    @Override
    public ReadResult read(long offset, long bytesMax) {
        readers.add(Thread.currentThread().getName());
        return content.read(offset, bytesMax);
    }

    /** Returns null for records that have been uploaded: a read of these has to wait. */
    @Override
    public @Nullable ReadResult tryRead(long offset, long bytesMax) {
        return offset < content.committedEndOffset() ? null : read(offset, bytesMax);
    }

    @Override
    public OptionalLong firstAppendAtOrAfter(long timestampMillis) {
        return content.firstAppendAtOrAfter(timestampMillis);
    }

    @Override
    public Optional<TimestampedOffset> maxTimestamp() {
        return content.maxTimestamp();
    }

    @Override
    public long sizeInBytes() {
        return content.sizeInBytes();
    }

    @Override
    public long committedBytes(long fromOffset, long toOffset) {
        return content.committedBytes(fromOffset, toOffset);
    }

    @Override
    public long retentionOffset(long keepBytes, long appendedBefore) {
        return content.retentionOffset(keepBytes, appendedBefore);
    }

    @Override
    public void trim(long newStartOffset) {
        wal.awaitTrimAllowed();
        if (refusing) {
            throw new FencedException("stream %s is not open here".formatted(content.name()));
        }
        content.trim(newStartOffset);
    }

    @Override
    public void onDurable(DurableListener listener) {
        listeners.add(listener);
    }
}
