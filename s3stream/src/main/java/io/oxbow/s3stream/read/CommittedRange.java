package io.oxbow.s3stream.read;

import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream.TimestampedOffset;
import io.oxbow.s3stream.cache.BlockWalk;
import io.oxbow.s3stream.cache.CachedBlock;
import io.oxbow.s3stream.cache.Damage;
import io.oxbow.s3stream.cache.ObjectCaches;
import io.oxbow.s3stream.cache.Readahead;
import io.oxbow.s3stream.composite.PartWalk;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.object.Block;
import io.oxbow.s3stream.object.BlockEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reads the part of a stream that is in data objects, through the node's caches. Thread-safe. */
public final class CommittedRange {

    private static final int ENTRIES_PER_PAGE = 256;

    private final long streamId;
    private final ObjectCaches caches;

    public CommittedRange(long streamId, ObjectCaches caches) {
        this.streamId = streamId;
        this.caches = caches;
    }

    public long streamId() {
        return streamId;
    }

    /**
     * Reads whole appends from the one that holds {@code offset}, or from the next one if that
     * append was dropped. The result is empty if the image has nothing at {@code offset}.
     *
     * @param endOffset what lies at or beyond it is not shown
     */
    public ReadResult read(long offset, long bytesMax, long endOffset) {
        var reading = new BlockReading(offset, bytesMax, endOffset);
        long absentOffset;
        try {
            absentOffset = read(reading);
        } catch (Throwable e) {
            reading.giveUp();
            throw e;
        }
        return followed(offset, reading.finish(), absentOffset);
    }

    /**
     * Reads as {@link #read} does, but only blocks in memory, without waiting.
     *
     * @return null if that is nothing
     */
    public @Nullable ReadResult tryRead(long offset, long bytesMax, long endOffset) {
        var reading = new BlockReading(offset, bytesMax, endOffset);
        long absentOffset;
        try {
            absentOffset = takeInMemory(reading, caches.walkInMemory(streamId, offset));
        } catch (Throwable e) {
            reading.giveUp();
            throw e;
        }
        return reading.isEmpty() ? null : followed(offset, reading.finish(), absentOffset);
    }

    private long takeInMemory(BlockReading reading, BlockWalk walk) {
        boolean more = true;
        while (more) {
            BlockWalk.Located where = walk.next();
            if (where == null) {
                break;
            }
            CachedBlock block = caches.blockInMemory(where);
            if (block == null) {
                boolean onItsWay = caches.hasOrLoads(where);
                return onItsWay ? Long.MAX_VALUE : where.entry().startOffset();
            }
            more = reading.take(block, where);
        }
        return Long.MAX_VALUE;
    }

    /**
     * Reports the read to the readahead, which prefetches the blocks behind it.
     *
     * @param absentOffset first offset that was neither in memory nor on its way there
     */
    private ReadResult followed(long offset, ReadResult fetched, long absentOffset) {
        if (!fetched.appends().isEmpty()) {
            caches.readahead()
                    .follow(
                            new Readahead.Read(
                                    streamId,
                                    offset,
                                    fetched.nextOffset(),
                                    fetched.sizeInBytes(),
                                    absentOffset));
        }
        return fetched;
    }

    /**
     * @return first offset that was neither in memory nor on its way there
     */
    private long read(BlockReading reading) {
        long absentOffset = Long.MAX_VALUE;
        long before;
        do {
            before = reading.nextOffset();
            var plan = new Plan(before);
            plan.fill(reading.room());
            absentOffset = Math.min(absentOffset, plan.absentOffset);
            take(plan.blocks, reading);
        } while (reading.isEmpty() && reading.nextOffset() > before);
        return absentOffset;
    }

    /**
     * Collects appends from {@code blocks}. A damaged block ends the read; it fails the read only
     * when nothing was collected before it.
     */
    private void take(List<BlockWalk.Located> blocks, BlockReading reading) {
        try {
            for (BlockWalk.Located block : blocks) {
                if (!reading.take(block(block), block)) {
                    return;
                }
            }
        } catch (DamagedException e) {
            if (reading.isEmpty()) {
                throw e;
            }
        }
    }

    private CachedBlock block(BlockWalk.Located where) {
        return Damage.in(streamId, where).reading(() -> caches.block(where));
    }

    /** Blocks that a read needs; when the plan is made, all but the first are being loaded. */
    private final class Plan {
        private final List<BlockWalk.Located> blocks = new ArrayList<>();
        private final BlockWalk walk;
        private long absentOffset = Long.MAX_VALUE;

        public Plan(long offset) {
            this.walk = caches.walk(streamId, offset);
        }

        public void fill(long bytes) {
            long planned = 0;
            while (blocks.isEmpty() || planned < bytes) {
                BlockWalk.Located block = next();
                if (block != null && !caches.hasOrLoads(block)) {
                    absentOffset = Math.min(absentOffset, block.entry().startOffset());
                }
                if (block == null || (!blocks.isEmpty() && !caches.prefetch(block))) {
                    return;
                }
                blocks.add(block);
                planned += wantedBytes(block);
            }
        }

        private BlockWalk.@Nullable Located next() {
            try {
                return walk.next();
            } catch (DamagedException e) {
                if (blocks.isEmpty()) {
                    throw e;
                }
                return null;
            }
        }

        /** Estimates the bytes of a block's appends at or beyond the start of the read. */
        private static long wantedBytes(BlockWalk.Located block) {
            BlockEntry entry = block.entry();
            long offsets = entry.endOffset() - Math.max(block.fromOffset(), entry.startOffset());
            double share = (double) offsets / (entry.endOffset() - entry.startOffset());
            return (long) (entry.payloadBytes() * share);
        }
    }

    /**
     * Returns the base offset of the first append, at or beyond {@code fromOffset}, with a record
     * at or after {@code timestampMillis}.
     */
    public OptionalLong firstAppendAtOrAfter(long fromOffset, long timestampMillis) {
        var walk =
                caches.walk(streamId, fromOffset, entry -> entry.maxTimestamp() >= timestampMillis);
        for (BlockWalk.Located block = walk.next(); block != null; block = walk.next()) {
            if (block.entry().maxTimestamp() >= timestampMillis) {
                OptionalLong found = firstIn(block, timestampMillis);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return OptionalLong.empty();
    }

    private OptionalLong firstIn(BlockWalk.Located block, long timestampMillis) {
        List<Long> found = new ArrayList<>(1);
        visit(
                block,
                append -> {
                    if (append.baseOffset() >= block.toOffset()) {
                        return false;
                    }
                    if (append.maxTimestamp() >= timestampMillis) {
                        found.add(append.baseOffset());
                    }
                    return found.isEmpty();
                });
        return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(found.getFirst());
    }

    /** Shows a block's appends to {@code visitor}, which may use them only during the call. */
    private void visit(BlockWalk.Located where, Block.Visitor visitor) {
        CachedBlock cached = block(where);
        try {
            cached.block().visit(where.fromOffset(), visitor);
        } finally {
            cached.release();
        }
    }

    /**
     * Returns the greatest timestamp at or beyond {@code fromOffset}, and the first append that has
     * it.
     */
    public Optional<TimestampedOffset> maxTimestamp(long fromOffset) {
        var byTime =
                new PriorityQueue<>(
                        Comparator.comparingLong(CoreImage.Entry::maxTimestamp)
                                .reversed()
                                .thenComparingLong(CoreImage.Entry::startOffset));
        byTime.addAll(entries(fromOffset));
        TimestampedOffset best = null;
        for (CoreImage.Entry entry = byTime.poll(); entry != null; entry = byTime.poll()) {
            if (best != null && entry.maxTimestamp() <= best.timestampMillis()) {
                break;
            }
            switch (entry) {
                case CoreImage.Extent extent -> best = newerOf(best, newestIn(extent, fromOffset));
                case CoreImage.Part part -> {
                    new Damage(streamId, part.objectKey(), fromOffset, part.endOffset())
                            .reading(() -> byTime.addAll(entriesOf(part, fromOffset)));
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private List<CoreImage.Entry> entriesOf(CoreImage.Part part, long fromOffset) {
        var walk = new PartWalk(caches.composites(), part, fromOffset);
        List<CoreImage.Entry> all = new ArrayList<>();
        for (var inside = walk.next(); inside != null; inside = walk.next()) {
            all.add(inside);
        }
        return all;
    }

    private static @Nullable TimestampedOffset newerOf(
            @Nullable TimestampedOffset a, @Nullable TimestampedOffset b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return b.timestampMillis() > a.timestampMillis() ? b : a;
    }

    private @Nullable TimestampedOffset newestIn(CoreImage.Extent extent, long fromOffset) {
        TimestampedOffset best = null;
        var walk = caches.walk(streamId, Math.max(fromOffset, extent.startOffset()));
        for (BlockWalk.Located block = walk.next(); block != null; block = walk.next()) {
            if (block.entry().startOffset() >= extent.endOffset()) {
                break;
            }
            if (best == null || block.entry().maxTimestamp() > best.timestampMillis()) {
                best = newerOf(best, newestIn(block));
            }
        }
        return best;
    }

    private @Nullable TimestampedOffset newestIn(BlockWalk.Located block) {
        var best = new AtomicReference<@Nullable TimestampedOffset>();
        visit(
                block,
                append -> {
                    best.set(
                            newerOf(
                                    best.get(),
                                    new TimestampedOffset(
                                            append.maxTimestamp(), append.baseOffset())));
                    return true;
                });
        return best.get();
    }

    /**
     * Returns the lowest offset to keep. Whole extents, then blocks of the extent in which the
     * limit lies, are given up from the front while {@code keepBytes} remain behind them, or while
     * they were appended before {@code appendedBefore}.
     *
     * @param totalBytes of the stream, its tail included
     */
    public long retentionOffset(
            long fromOffset, long totalBytes, long keepBytes, long appendedBefore) {
        var limit = new RetentionWalk.Limit(keepBytes, appendedBefore);
        return new RetentionWalk(caches, streamId, limit)
                .from(fromOffset, totalBytes, entries(fromOffset));
    }

    /** Returns the bytes between two offsets; those of an extent are taken as spread evenly. */
    public long bytes(long fromOffset, long toOffset) {
        double bytes = 0;
        for (CoreImage.Entry entry : entries(fromOffset)) {
            long from = Math.max(fromOffset, entry.startOffset());
            long to = Math.min(toOffset, entry.endOffset());
            if (from >= to) {
                break;
            }
            double share = (double) (to - from) / (entry.endOffset() - entry.startOffset());
            bytes += entry.bytes() * share;
        }
        return (long) bytes;
    }

    private List<CoreImage.Entry> entries(long fromOffset) {
        List<CoreImage.Entry> all = new ArrayList<>();
        long offset = fromOffset;
        while (true) {
            List<CoreImage.Entry> page = caches.image().entries(streamId, offset, ENTRIES_PER_PAGE);
            all.addAll(page);
            if (page.size() < ENTRIES_PER_PAGE) {
                return all;
            }
            offset = page.getLast().endOffset();
        }
    }
}
