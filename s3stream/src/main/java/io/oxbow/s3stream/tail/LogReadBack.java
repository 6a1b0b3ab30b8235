package io.oxbow.s3stream.tail;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.cache.SharedCache;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads spilled appends back from the write-ahead log, adjacent ones in one request, through a
 * small shared cache. Thread-safe; blocks.
 *
 * <p>The log is trimmed meanwhile, and what is trimmed may be overwritten: each append is checked
 * by its frame's checksum and by what it should be. One that does not hold and that its tail has
 * let go is in a data object by now; one that its tail still holds is damaged.
 */
public final class LogReadBack {

    static final int CHUNK_BYTES_MAX = 1 << 20;
    private static final int CHUNK_BYTES_MIN = 4 << 10;

    private final WriteAheadLog wal;
    private final Patience patience;
    private final int chunkBytes;
    private final SharedCache<ChunkAddress, LogChunk> chunks;
    private final AtomicLong bytesRead = new AtomicLong();

    /** LSN of each volume below which the log is trimmed, or about to be. */
    private volatile List<Long> coveredLsns;

    /**
     * @param cacheBytes what readers share
     */
    public LogReadBack(WriteAheadLog wal, long cacheBytes, Patience patience) {
        this.patience = patience;
        this.wal = wal;
        this.chunkBytes = (int) Math.clamp(cacheBytes / 8, CHUNK_BYTES_MIN, CHUNK_BYTES_MAX);
        this.chunks = new SharedCache<>(cacheBytes, LogChunk::sizeInBytes);
        this.coveredLsns = wal.appendedLsns();
    }

    private record ChunkAddress(int volume, long number) {}

    /**
     * Sets the LSN of each volume below which all appends are in data objects, and may be
     * overwritten.
     */
    public void covered(List<Long> lsns) {
        coveredLsns = lsns;
    }

    /** Returns the bytes read from the log so far. */
    public long bytesRead() {
        return bytesRead.get();
    }

    /** Returns the bytes kept for the next reader. */
    public long cachedBytes() {
        return chunks.bytes();
    }

    /**
     * Reads copies of one stream's appends from the log.
     *
     * @param entries in order, durable
     * @param offset that was asked for
     * @return as many as still are where they were, from the first on; null when that one is gone
     */
    public @Nullable ReadResult read(List<TailEntry> entries, long offset) {
        long size = 0;
        for (TailEntry entry : entries) {
            size += entry.frameBytes();
        }
        ByteBuffer frames = ByteBuffer.allocate(Math.toIntExact(size));
        List<ReadResult.Append> appends = new ArrayList<>(entries.size());
        int at = 0;
        long bytes = 0;
        for (TailEntry entry : entries) {
            ByteBuffer frame = frames.slice(at, entry.frameBytes());
            if (!copy(entry, frame)) {
                break;
            }
            int header = RecordFrame.HEADER_BYTES;
            ByteBuffer payload = frame.slice(header, entry.payloadBytes());
            appends.add(entry.append(payload.asReadOnlyBuffer()));
            at += entry.frameBytes();
            bytes += entry.payloadBytes();
        }
        return appends.isEmpty() ? null : HeapReadResult.of(appends, offset, bytes);
    }

    /** Copies an append's frame; false when the log does not hold the append any more. */
    private boolean copy(TailEntry entry, ByteBuffer frame) {
        try {
            copy(entry.volume(), entry.lsn(), frame.duplicate());
            if (isSound(entry, frame)) {
                return true;
            }
        } catch (S3StreamException e) {
            if (e.retry() != Retry.RETRYABLE || entry.tail().holds(entry)) {
                throw e;
            }
            return false;
        }
        if (entry.tail().holds(entry)) {
            throw damaged(entry);
        }
        return false;
    }

    private void copy(int volume, long lsn, ByteBuffer target) {
        long at = lsn;
        while (target.hasRemaining()) {
            at += chunk(volume, at, target.remaining()).copy(at, target);
        }
    }

    /**
     * Returns a chunk with the byte at {@code lsn}; a chunk is not cached while the log still grows
     * in it.
     */
    private LogChunk chunk(int volume, long lsn, int wantedBytes) {
        long number = lsn / chunkBytes;
        long end = (number + 1) * chunkBytes;
        if (end > wal.durableLsns().get(volume)) {
            return load(volume, lsn, (int) Math.min(end - lsn, wantedBytes));
        }
        LogChunk chunk =
                chunks.get(
                        new ChunkAddress(volume, number),
                        () -> {
                            long covered = Math.min(coveredLsns.get(volume), lsn);
                            long start = Math.max(number * chunkBytes, covered);
                            return load(volume, start, (int) (end - start));
                        });
        return chunk.has(lsn) ? chunk : load(volume, lsn, (int) (end - lsn));
    }

    private LogChunk load(int volume, long lsn, int size) {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        wal.readBack(volume, lsn, bytes);
        bytesRead.addAndGet(size);
        return new LogChunk(lsn, bytes.clear());
    }

    private static boolean isSound(TailEntry entry, ByteBuffer frame) {
        try {
            return entry.is(RecordFrame.decode(frame.duplicate()));
        } catch (CorruptException overwrittenOrDamaged) {
            return false;
        }
    }

    private static CorruptException damaged(TailEntry entry) {
        return new CorruptException(
                ("the write-ahead log is damaged: %s cannot be read back, although nobody has"
                                + " trimmed it")
                        .formatted(entry));
    }

    /**
     * Returns a walk for an upload: in LSN order, in large chunks, past the cache.
     *
     * @param endLsns where it ends in each volume
     */
    public Walk walk(List<Long> endLsns) {
        return new Walk(endLsns);
    }

    /**
     * Reads the frames of many appends in order; a chunk stays in memory as long as its user refers
     * to it. For one thread.
     */
    public final class Walk {
        private final List<Long> endLsns;
        private final @Nullable LogChunk[] windows;

        private Walk(List<Long> endLsns) {
            this.endLsns = endLsns;
            this.windows = new LogChunk[endLsns.size()];
        }

        /** Returns the chunk that holds the append's frame, after checking the frame. */
        public TailEntry.Source find(TailEntry entry) {
            LogChunk window = windows[entry.volume()];
            if (window == null || !window.has(entry.lsn()) || !window.has(entry.endLsn() - 1)) {
                window = loadPatiently(entry);
                windows[entry.volume()] = window;
            }
            if (!isSound(entry, window.frame(entry))) {
                throw damaged(entry);
            }
            return window;
        }

        private LogChunk loadPatiently(TailEntry entry) {
            long left = endLsns.get(entry.volume()) - entry.lsn();
            int size = Math.max(entry.frameBytes(), (int) Math.min(CHUNK_BYTES_MAX, left));
            for (int attempt = 1; ; attempt++) {
                try {
                    return load(entry.volume(), entry.lsn(), size);
                } catch (S3StreamException e) {
                    if (e.retry() != Retry.RETRYABLE) {
                        throw e;
                    }
                }
                patience.pause(attempt, "read back " + entry);
            }
        }
    }
}
