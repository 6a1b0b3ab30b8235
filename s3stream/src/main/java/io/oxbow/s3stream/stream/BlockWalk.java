package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.object.BlockEntry;
import io.oxbow.s3stream.object.ObjectIndex;
import java.util.ArrayDeque;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A forward walk over the blocks of one stream that are in data objects: extents from the image,
 * blocks from their objects' indexes. Reads indexes only. Not thread-safe.
 */
final class BlockWalk {

    private static final int EXTENTS_PER_PAGE = 16;

    private final Supplier<CoreImage> image;
    private final IndexSource indexes;
    private final Predicate<CoreImage.Extent> wanted;
    private final long streamId;
    private final ArrayDeque<CoreImage.Extent> page = new ArrayDeque<>();
    private long offset;
    private CoreImage.@Nullable Extent extent;
    private @Nullable ObjectIndex index;
    private int nextBlock;

    BlockWalk(Supplier<CoreImage> image, IndexSource indexes, long streamId, long fromOffset) {
        this(image, indexes, streamId, fromOffset, extent -> true);
    }

    /**
     * @param wanted extents that it is false of are passed over unread
     */
    BlockWalk(
            Supplier<CoreImage> image,
            IndexSource indexes,
            long streamId,
            long fromOffset,
            Predicate<CoreImage.Extent> wanted) {
        this.image = image;
        this.indexes = indexes;
        this.wanted = wanted;
        this.streamId = streamId;
        this.offset = fromOffset;
    }

    /** Where an object's index comes from. */
    @FunctionalInterface
    interface IndexSource {
        ObjectIndex index(String key, long objectSize);
    }

    /**
     * A block, and which of its offsets count.
     *
     * @param fromOffset appends that end at or before it don't count
     * @param toOffset appends that start at or after it don't count
     */
    record Located(String key, BlockEntry entry, long fromOffset, long toOffset) {}

    /** The next block, null at the end of what is in data objects. */
    @Nullable Located next() {
        while (true) {
            CoreImage.Extent current = extent;
            ObjectIndex blocks = index;
            if (current != null && blocks != null && blocks.isOf(nextBlock, streamId)) {
                BlockEntry entry = blocks.entry(nextBlock);
                if (entry.startOffset() < current.endOffset()) {
                    nextBlock++;
                    long from = Math.max(offset, current.startOffset());
                    offset = Math.min(entry.endOffset(), current.endOffset());
                    return new Located(current.objectKey(), entry, from, current.endOffset());
                }
            }
            if (!openNextExtent()) {
                return null;
            }
        }
    }

    private boolean openNextExtent() {
        if (extent != null) {
            offset = Math.max(offset, extent.endOffset());
        }
        CoreImage.Extent next = nextExtent();
        while (next != null && !wanted.test(next)) {
            offset = next.endOffset();
            next = nextExtent();
        }
        extent = next;
        if (next == null) {
            return false;
        }
        ObjectIndex opened = indexes.index(next.objectKey(), next.objectSize());
        index = opened;
        nextBlock = opened.firstBeyond(streamId, Math.max(offset, next.startOffset()));
        return true;
    }

    private CoreImage.@Nullable Extent nextExtent() {
        if (page.isEmpty()) {
            page.addAll(image.get().extents(streamId, offset, EXTENTS_PER_PAGE));
        }
        return page.poll();
    }
}
