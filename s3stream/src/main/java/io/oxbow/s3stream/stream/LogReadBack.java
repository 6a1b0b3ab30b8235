package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.Fetched;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Spilled appends, read again from the write-ahead log: many that lie side by side in one request,
 * through a small cache that all readers share. Thread-safe; blocks.
 *
 * <p>The log is trimmed meanwhile, and what is trimmed may be overwritten: each append is checked
 * by its frame's checksum and by what it should be. One that does not hold and that its tail has
 * let go is in a data object by now; one that its tail still holds is damaged.
 */
final class LogReadBack {

    private static final int MAX_CHUNK_BYTES = 1 << 20;
    private static final int MIN_CHUNK_BYTES = 4 << 10;

    private final WriteAheadLog wal;
    private final int chunkBytes;
    private final SharedCache<ChunkAddress, Chunk> chunks;
    private final AtomicLong bytesRead = new AtomicLong();

    /** All below is trimmed, or about to be. */
    private volatile List<Long> coveredLsns;

    /**
     * @param cacheBytes what readers share
     */
    LogReadBack(WriteAheadLog wal, long cacheBytes) {
        this.wal = wal;
        this.chunkBytes = (int) Math.clamp(cacheBytes / 8, MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
        this.chunks = new SharedCache<>(cacheBytes, Chunk::sizeInBytes);
        this.coveredLsns = wal.appendedLsns();
    }

    private record ChunkAddress(int volume, long number) {}

    /** A stretch of the log from {@code lsn} on. */
    private record Chunk(long lsn, ByteBuffer bytes) {
        long sizeInBytes() {
            return bytes.capacity();
        }

        boolean has(long position) {
            return position >= lsn && position < lsn + bytes.capacity();
        }
    }

    /** What lies below is in data objects and will be overwritten. */
    void covered(List<Long> lsns) {
        coveredLsns = lsns;
    }

    /** Bytes that were read from the log so far. */
    long bytesRead() {
        return bytesRead.get();
    }

    /** Bytes that are kept for the next reader. */
    long cachedBytes() {
        return chunks.bytes();
    }

    /**
     * Copies of appends of one stream.
     *
     * @param entries in order, placed and durable
     * @return as many as still are where they were, from the first on; null when that one is gone
     */
    @Nullable Fetched read(List<TailEntry> entries, long offset) {
        long size = 0;
        for (TailEntry entry : entries) {
            size += entry.frameBytes();
        }
        ByteBuffer frames = ByteBuffer.allocate(Math.toIntExact(size));
        List<Fetched.Append> appends = new ArrayList<>(entries.size());
        long bytes = 0;
        for (TailEntry entry : entries) {
            ByteBuffer frame = frames.slice(frames.position(), entry.frameBytes());
            if (!copy(entry, frame)) {
                break;
            }
            frames.position(frames.position() + entry.frameBytes());
            appends.add(entry.append(payloadOf(frame)));
            bytes += entry.payloadBytes();
        }
        return appends.isEmpty() ? null : FetchedAppends.of(appends, offset, bytes);
    }

    private static ByteBuffer payloadOf(ByteBuffer frame) {
        int header = RecordFrame.HEADER_BYTES;
        return frame.slice(header, frame.capacity() - header).asReadOnlyBuffer();
    }

    /** False when the append is not there any more. */
    private boolean copy(TailEntry entry, ByteBuffer frame) {
        try {
            copy(entry.volume(), entry.lsn(), frame.duplicate());
            if (isSound(entry, frame)) {
                return true;
            }
        } catch (S3StreamException e) {
            if (e.retry() != Retry.RETRYABLE || entry.stream().tail().holds(entry)) {
                throw e;
            }
            return false;
        }
        if (entry.stream().tail().holds(entry)) {
            throw damaged(entry);
        }
        return false;
    }

    private void copy(int volume, long lsn, ByteBuffer target) {
        long at = lsn;
        while (target.hasRemaining()) {
            Chunk chunk = chunk(volume, at, target.remaining());
            int from = (int) (at - chunk.lsn);
            int count = Math.min(target.remaining(), chunk.bytes.capacity() - from);
            target.put(chunk.bytes.slice(from, count));
            at += count;
        }
    }

    /** A stretch that has the byte at {@code lsn}; not kept while the log still grows there. */
    private Chunk chunk(int volume, long lsn, int wantedBytes) {
        long number = lsn / chunkBytes;
        long end = (number + 1) * chunkBytes;
        if (end > wal.durableLsns().get(volume)) {
            return load(volume, lsn, (int) Math.min(end - lsn, wantedBytes));
        }
        Chunk chunk =
                chunks.get(
                        new ChunkAddress(volume, number),
                        () -> {
                            long covered = Math.min(coveredLsns.get(volume), lsn);
                            long start = Math.max(number * chunkBytes, covered);
                            return load(volume, start, (int) (end - start));
                        });
        return chunk.has(lsn) ? chunk : load(volume, lsn, (int) (end - lsn));
    }

    private Chunk load(int volume, long lsn, int size) {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        wal.readBack(volume, lsn, bytes);
        bytesRead.addAndGet(size);
        return new Chunk(lsn, bytes.clear());
    }

    static boolean isSound(TailEntry entry, ByteBuffer frame) {
        try {
            WalRecord record = RecordFrame.decode(frame.duplicate());
            return entry.is(record);
        } catch (CorruptException overwrittenOrDamaged) {
            return false;
        }
    }

    static CorruptException damaged(TailEntry entry) {
        return new CorruptException(
                ("the write-ahead log is damaged: %s cannot be read back, although nobody has"
                                + " trimmed it")
                        .formatted(entry));
    }

    /** A walk for an upload: in LSN order, a large stretch at a time, past the cache. */
    Walk walk(GatheredAppends.Ends ends) {
        return new Walk(ends);
    }

    /** For one thread. */
    final class Walk {
        private final GatheredAppends.Ends ends;
        private @Nullable Chunk window;
        private int windowVolume;

        private Walk(GatheredAppends.Ends ends) {
            this.ends = ends;
        }

        /** The append's frame. */
        ByteBuffer frame(TailEntry entry) {
            Chunk from = window;
            boolean inWindow =
                    from != null
                            && windowVolume == entry.volume()
                            && from.has(entry.lsn())
                            && from.has(entry.endLsn() - 1);
            if (from == null || !inWindow) {
                from = load(entry.volume(), entry.lsn(), windowBytes(entry));
                window = from;
                windowVolume = entry.volume();
            }
            ByteBuffer frame =
                    from.bytes.slice((int) (entry.lsn() - from.lsn), entry.frameBytes());
            if (!isSound(entry, frame)) {
                throw damaged(entry);
            }
            return frame;
        }

        private int windowBytes(TailEntry entry) {
            long left = ends.lsns().get(entry.volume()) - entry.lsn();
            return Math.max(entry.frameBytes(), (int) Math.min(MAX_CHUNK_BYTES, left));
        }
    }
}
