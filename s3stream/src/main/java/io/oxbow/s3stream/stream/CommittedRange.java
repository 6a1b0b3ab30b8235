package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.Fetched;
import io.oxbow.s3stream.Stream.TimestampedOffset;
import io.oxbow.s3stream.composite.PartWalk;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.object.Block;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The part of a stream that is in data objects, read through the node's caches. Thread-safe. */
final class CommittedRange {

    private static final int ENTRIES_PER_PAGE = 256;

    private final long streamId;
    private final ObjectCaches caches;

    CommittedRange(long streamId, ObjectCaches caches) {
        this.streamId = streamId;
        this.caches = caches;
    }

    /**
     * From the append that holds {@code offset}, or the next one if that was dropped; empty if the
     * image has nothing there.
     */
    Fetched read(long offset, long maxBytes) {
        var reading = new Reading(offset, maxBytes);
        long before;
        do {
            before = reading.nextOffset;
            readOnce(reading);
        } while (reading.appends.isEmpty() && reading.nextOffset > before);
        Fetched fetched = reading.finish();
        if (!fetched.appends().isEmpty()) {
            caches.readahead()
                    .follow(
                            new Readahead.Read(
                                    streamId,
                                    offset,
                                    fetched.nextOffset(),
                                    fetched.sizeInBytes(),
                                    reading.absentOffset));
        }
        return fetched;
    }

    private void readOnce(Reading reading) {
        for (BlockWalk.Located block : plan(reading)) {
            reading.toOffset = block.toOffset();
            if (!caches.block(block).visit(block.fromOffset(), reading)) {
                break;
            }
        }
    }

    /** The blocks that the read wants; all but the first are on their way when this returns. */
    private List<BlockWalk.Located> plan(Reading reading) {
        List<BlockWalk.Located> plan = new ArrayList<>();
        BlockWalk walk = caches.walk(streamId, reading.nextOffset);
        long bytes = 0;
        while (plan.isEmpty() || bytes < reading.maxBytes) {
            BlockWalk.Located block = walk.next();
            if (block != null && !caches.hasOrLoads(block)) {
                reading.absentOffset = Math.min(reading.absentOffset, block.entry().startOffset());
            }
            if (block == null || (!plan.isEmpty() && !caches.prefetch(block))) {
                break;
            }
            plan.add(block);
            bytes += block.entry().payloadBytes();
        }
        return plan;
    }

    /** Collects whole appends up to a number of bytes; only what was dropped may lie between. */
    private static final class Reading implements Block.Visitor {
        private final long maxBytes;
        private final List<Fetched.Append> appends = new ArrayList<>();
        private long bytes;
        private long absentOffset = Long.MAX_VALUE;
        private long nextOffset;
        private long toOffset;

        Reading(long offset, long maxBytes) {
            this.nextOffset = offset;
            this.maxBytes = maxBytes;
        }

        @Override
        public boolean append(Fetched.Append append) {
            int size = append.records().remaining();
            if (!follows(append.baseOffset()) || (!appends.isEmpty() && bytes + size > maxBytes)) {
                return false;
            }
            appends.add(append);
            bytes += size;
            nextOffset = append.nextOffset();
            return true;
        }

        @Override
        public boolean gap(long fromOffset, long gapEnd) {
            if (!follows(fromOffset)) {
                return false;
            }
            nextOffset = Math.min(gapEnd, toOffset);
            return true;
        }

        /** The first may begin before where the read does. */
        private boolean follows(long baseOffset) {
            boolean fits = appends.isEmpty() ? baseOffset <= nextOffset : baseOffset == nextOffset;
            return fits && baseOffset < toOffset;
        }

        Fetched finish() {
            return new FetchedAppends(appends, nextOffset, bytes);
        }
    }

    /** Offset of the first append at or beyond {@code fromOffset} with a record that late. */
    OptionalLong firstAppendAtOrAfter(long fromOffset, long timestampMillis) {
        var walk =
                caches.walk(streamId, fromOffset, entry -> entry.maxTimestamp() >= timestampMillis);
        for (BlockWalk.Located block = walk.next(); block != null; block = walk.next()) {
            if (block.entry().maxTimestamp() >= timestampMillis) {
                Fetched.Append found = firstIn(block, timestampMillis);
                if (found != null) {
                    return OptionalLong.of(found.baseOffset());
                }
            }
        }
        return OptionalLong.empty();
    }

    private Fetched.@Nullable Append firstIn(BlockWalk.Located block, long timestampMillis) {
        List<Fetched.Append> found = new ArrayList<>(1);
        caches.block(block)
                .visit(
                        block.fromOffset(),
                        append -> {
                            if (append.baseOffset() >= block.toOffset()) {
                                return false;
                            }
                            if (append.maxTimestamp() >= timestampMillis) {
                                found.add(append);
                            }
                            return found.isEmpty();
                        });
        return found.isEmpty() ? null : found.getFirst();
    }

    /** The greatest timestamp at or beyond {@code fromOffset}, and the first append that has it. */
    Optional<TimestampedOffset> maxTimestamp(long fromOffset) {
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
                    var walk = new PartWalk(caches.composites(), part, fromOffset);
                    for (var inside = walk.next(); inside != null; inside = walk.next()) {
                        byTime.add(inside);
                    }
                }
            }
        }
        return Optional.ofNullable(best);
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
        caches.block(block)
                .visit(
                        block.fromOffset(),
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
     * The lowest offset to keep: whole extents, then blocks of the one extent in which the limit
     * lies, are given up from the front while what remains is still {@code keepBytes} or while they
     * are older than {@code olderThanMillis}.
     *
     * @param totalBytes of the stream, its tail included
     */
    long retentionOffset(long fromOffset, long totalBytes, long keepBytes, long olderThanMillis) {
        var limit = new RetentionWalk.Limit(keepBytes, olderThanMillis);
        return new RetentionWalk(caches, streamId, limit)
                .from(fromOffset, totalBytes, entries(fromOffset));
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
