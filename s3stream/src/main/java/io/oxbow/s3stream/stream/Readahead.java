package io.oxbow.s3stream.stream;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the sequential readers of one stream will want next. A reader is known only by the offset at
 * which it should come back, so readers cannot disturb each other; losing track of one costs a
 * prefetch, nothing else. Thread-safe.
 */
final class Readahead {

    private static final int MAX_READERS = 32;
    private static final long FIRST_WINDOW_BYTES = 1 << 20;

    private final ObjectCaches caches;
    private final long streamId;
    private final LinkedHashMap<Long, Window> expected = new LinkedHashMap<>();

    Readahead(ObjectCaches caches, long streamId) {
        this.caches = caches;
        this.streamId = streamId;
    }

    /**
     * How far ahead of a reader blocks have been asked for.
     *
     * @param bytes of the window
     * @param aheadOffset all blocks below it have been asked for
     * @param aheadBytes between the reader and there
     */
    private record Window(long bytes, long aheadOffset, long aheadBytes) {}

    /** Notes a read from the store of {@code [offset, nextOffset)} and fetches what comes after. */
    void follow(long offset, long nextOffset, long readBytes) {
        Window before = forget(offset);
        if (before == null) {
            remember(nextOffset, new Window(0, nextOffset, 0));
            return;
        }
        long window =
                Math.min(caches.readaheadBytes(), Math.max(FIRST_WINDOW_BYTES, before.bytes * 2));
        long ahead = Math.max(0, before.aheadBytes - readBytes);
        Window now = new Window(window, Math.max(before.aheadOffset, nextOffset), ahead);
        remember(nextOffset, ahead <= window / 2 ? extend(now) : now);
    }

    private Window extend(Window window) {
        BlockWalk walk = caches.walk(streamId, window.aheadOffset);
        long aheadOffset = window.aheadOffset;
        long aheadBytes = window.aheadBytes;
        while (aheadBytes < window.bytes) {
            BlockWalk.Located block = walk.next();
            if (block == null || !caches.prefetch(block)) {
                break;
            }
            aheadOffset = block.entry().endOffset();
            aheadBytes += block.entry().size();
        }
        return new Window(window.bytes, aheadOffset, aheadBytes);
    }

    private synchronized @Nullable Window forget(long offset) {
        return expected.remove(offset);
    }

    private synchronized void remember(long nextOffset, Window window) {
        expected.put(nextOffset, window);
        if (expected.size() > MAX_READERS) {
            expected.pollFirstEntry();
        }
    }
}
