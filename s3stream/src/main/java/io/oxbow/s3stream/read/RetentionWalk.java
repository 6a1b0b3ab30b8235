package io.oxbow.s3stream.read;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.cache.BlockWalk;
import io.oxbow.s3stream.cache.ObjectCaches;
import io.oxbow.s3stream.composite.PartWalk;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.object.BlockEntry;
import io.oxbow.s3stream.object.ObjectMissingException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the lowest offset that a stream's retention keeps: by whole entries, then inside the entry
 * in which the limit lies. There it goes down to blocks by size, and to objects by time. For one
 * use by one thread.
 */
final class RetentionWalk {

    private static final Logger LOG = LoggerFactory.getLogger(RetentionWalk.class);

    private final ObjectCaches caches;
    private final long streamId;
    private final Limit limit;
    private long keepFrom;

    /**
     * Bytes of the stream from {@code keepFrom} on, and of the part below it of an entry not yet
     * passed.
     */
    private long remainingBytes;

    /**
     * Limit of retention: entries go while {@code keepBytes} remain behind them, or while they were
     * appended before {@code appendedBeforeMillis}.
     */
    record Limit(long keepBytes, long appendedBeforeMillis) {}

    RetentionWalk(ObjectCaches caches, long streamId, Limit limit) {
        this.caches = caches;
        this.streamId = streamId;
        this.limit = limit;
    }

    /**
     * Returns the lowest offset to keep.
     *
     * @param totalBytes of the stream from {@code fromOffset} on, its tail included
     */
    long from(long fromOffset, long totalBytes, List<CoreImage.Entry> entries) {
        keepFrom = fromOffset;
        remainingBytes = totalBytes;
        if (!entries.isEmpty() && entries.getFirst() instanceof CoreImage.Part first) {
            remainingBytes += first.bytesBelow(fromOffset);
        }
        Iterator<CoreImage.Entry> all = entries.iterator();
        try {
            passAll(() -> all.hasNext() ? all.next() : null, Long.MAX_VALUE);
        } catch (CorruptException | DamagedException | ObjectMissingException e) {
            // What cannot be looked into goes as a whole, when all of it may. Readers report it.
            LOG.debug("retention of stream {} stops at {}", streamId, keepFrom, e);
        }
        return keepFrom;
    }

    /**
     * @param latestMillis bounds the times of append that are not known
     */
    private void passAll(Supplier<CoreImage.@Nullable Entry> entries, long latestMillis) {
        for (CoreImage.Entry entry = entries.get(); entry != null; entry = entries.get()) {
            long appendedMillis =
                    entry.appendedMillis() == CoreImage.UNKNOWN_TIME
                            ? latestMillis
                            : entry.appendedMillis();
            if (!passes(entry.endOffset(), entry.bytes(), appendedMillis)) {
                enter(entry, appendedMillis);
                return;
            }
        }
    }

    private void enter(CoreImage.Entry entry, long appendedMillis) {
        switch (entry) {
            case CoreImage.Extent extent -> passBlocks(extent, appendedMillis);
            case CoreImage.Part part -> {
                var walk = new PartWalk(caches.composites(), part, part.startOffset());
                passAll(walk::next, appendedMillis);
            }
        }
    }

    private void passBlocks(CoreImage.Extent extent, long appendedMillis) {
        BlockWalk walk = caches.walk(streamId, extent.startOffset());
        BlockWalk.Located block = walk.next();
        while (block != null && block.entry().startOffset() < extent.endOffset()) {
            BlockEntry entry = block.entry();
            long end = Math.min(entry.endOffset(), extent.endOffset());
            if (!passes(end, entry.payloadBytes(), appendedMillis)) {
                return;
            }
            block = walk.next();
        }
    }

    /** Passes an entry if it is trimmed already or has to go; returns whether it was passed. */
    private boolean passes(long endOffset, long bytes, long appendedMillis) {
        boolean gone = endOffset <= keepFrom;
        boolean goes =
                gone
                        || remainingBytes - bytes >= limit.keepBytes()
                        || appendedMillis < limit.appendedBeforeMillis();
        if (goes) {
            remainingBytes -= bytes;
            keepFrom = Math.max(keepFrom, endOffset);
        }
        return goes;
    }
}
