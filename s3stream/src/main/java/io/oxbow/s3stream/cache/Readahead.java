package io.oxbow.s3stream.cache;

import io.oxbow.s3stream.S3StreamException;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prefetches the blocks that sequential readers of a node's streams will read next. A reader is
 * known only by the stream and the offset at which it should come back, so readers cannot disturb
 * each other; losing track of one costs a prefetch, nothing else.
 *
 * <p>A reader that comes back for what was fetched ahead of it gets a window twice as large; one
 * whose blocks had to leave the cache before it came gets half. All windows together are bounded:
 * at the bound the reader that has not been seen for longest loses its window, so one that stopped
 * holds nothing. Thread-safe.
 */
public final class Readahead {

    private static final Logger LOG = LoggerFactory.getLogger(Readahead.class);

    static final long FIRST_WINDOW_BYTES = 1 << 20;
    private static final int READERS_MAX = 4096;

    private final ObjectCaches caches;
    private final long windowBytesMax;
    private final long aheadBytesMax;
    private final ReentrantLock lock = new ReentrantLock();

    /* All below is guarded by the lock. */
    private final LinkedHashMap<Reader, Window> expected = new LinkedHashMap<>();
    private long aheadBytes;
    private int readersAhead;

    /**
     * @param windowBytesMax of one reader
     * @param aheadBytesMax of all readers together
     */
    Readahead(ObjectCaches caches, long windowBytesMax, long aheadBytesMax) {
        this.caches = caches;
        this.windowBytesMax = Math.min(windowBytesMax, aheadBytesMax);
        this.aheadBytesMax = aheadBytesMax;
    }

    private record Reader(long streamId, long offset) {}

    /**
     * Window of one reader: the range for which blocks have been asked ahead.
     *
     * @param bytes of the window
     * @param aheadOffset all blocks below it have been asked for
     * @param aheadBytes between the reader and there
     */
    private record Window(long bytes, long aheadOffset, long aheadBytes) {}

    /**
     * Read from data objects that has just been done.
     *
     * @param absentOffset first offset that was neither in the cache nor on its way there; {@link
     *     Long#MAX_VALUE} if all of it was
     */
    public record Read(
            long streamId, long offset, long nextOffset, long sizeInBytes, long absentOffset) {}

    /** Notes a read and prefetches the blocks behind it. */
    public void follow(Read read) {
        Reader next = new Reader(read.streamId, read.nextOffset);
        Window before = forget(new Reader(read.streamId, read.offset));
        if (before == null) {
            remember(next, new Window(0, read.nextOffset, 0));
            return;
        }
        boolean wasted = read.absentOffset < before.aheadOffset;
        long wanted = wasted ? before.bytes / 2 : before.bytes * 2;
        long bytes = Math.min(share(), Math.max(FIRST_WINDOW_BYTES, wanted));
        long ahead = wasted ? 0 : Math.max(0, before.aheadBytes - read.sizeInBytes);
        long aheadOffset = wasted ? read.nextOffset : before.aheadOffset;
        Window now = new Window(bytes, Math.max(aheadOffset, read.nextOffset), ahead);
        remember(next, ahead <= bytes / 2 ? extend(read.streamId, now) : now);
    }

    /** Returns the most bytes that each of the readers may have prefetched. */
    private long share() {
        lock.lock();
        try {
            return Math.min(windowBytesMax, aheadBytesMax / (readersAhead + 1));
        } finally {
            lock.unlock();
        }
    }

    private Window extend(long streamId, Window window) {
        BlockWalk walk = caches.walk(streamId, window.aheadOffset);
        long aheadOffset = window.aheadOffset;
        long ahead = window.aheadBytes;
        while (ahead < window.bytes) {
            BlockWalk.Located block = next(walk);
            boolean fits =
                    block != null && (ahead == 0 || ahead + block.entry().size() <= window.bytes);
            if (block == null || !fits || !caches.prefetch(block)) {
                break;
            }
            aheadOffset = block.entry().endOffset();
            ahead += block.entry().size();
        }
        return new Window(window.bytes, aheadOffset, ahead);
    }

    /** Returns the next block; null at the end, and where the next one cannot be found out. */
    private static BlockWalk.@Nullable Located next(BlockWalk walk) {
        try {
            return walk.next();
        } catch (S3StreamException e) {
            LOG.debug("readahead ends: {}", e.getMessage()); // the read itself has its records
            return null;
        }
    }

    private @Nullable Window forget(Reader reader) {
        lock.lock();
        try {
            return count(expected.remove(reader), -1);
        } finally {
            lock.unlock();
        }
    }

    private void remember(Reader reader, Window window) {
        lock.lock();
        try {
            count(expected.remove(reader), -1);
            expected.put(reader, window);
            count(window, 1);
            while (expected.size() > READERS_MAX
                    || (aheadBytes > aheadBytesMax && expected.size() > 1)) {
                count(expected.pollFirstEntry().getValue(), -1);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Window count(@Nullable Window window, int sign) {
        if (window != null && window.aheadBytes > 0) {
            aheadBytes += sign * window.aheadBytes;
            readersAhead += sign;
        }
        return window;
    }

    /** Returns the bytes that were asked for ahead and that no reader has come back for yet. */
    public long aheadBytes() {
        lock.lock();
        try {
            return aheadBytes;
        } finally {
            lock.unlock();
        }
    }
}
