package io.oxbow.s3stream.cache;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.object.BlockEntry;
import io.oxbow.s3stream.object.ObjectIndex;
import org.jspecify.annotations.Nullable;

/**
 * Forward-only iterator over the blocks of one stream in data objects. It takes extents from the
 * image and from composites, and blocks from the objects' indexes. Reads indexes only. Not
 * thread-safe.
 */
public final class BlockWalk {

    private final ExtentWalk extents;
    private final IndexSource indexes;
    private final long streamId;
    private long offset;
    private CoreImage.@Nullable Extent extent;
    private @Nullable ObjectIndex index;
    private int nextBlock;

    public BlockWalk(ExtentWalk extents, IndexSource indexes) {
        this.extents = extents;
        this.indexes = indexes;
        this.streamId = extents.streamId();
        this.offset = extents.offset();
    }

    /** Source of the objects' indexes; null ends the walk. */
    @FunctionalInterface
    public interface IndexSource {
        @Nullable ObjectIndex index(String key, long objectSize);
    }

    /**
     * Block of a data object, and the range of offsets that the walk wants of it.
     *
     * @param fromOffset appends that end at or before it don't count
     * @param toOffset appends that start at or after it don't count
     */
    public record Located(String key, BlockEntry entry, long fromOffset, long toOffset) {}

    /**
     * Returns the next block, or null at the end of the data objects or where the next index is not
     * available.
     */
    public @Nullable Located next() {
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
        CoreImage.Extent next = extents.next();
        extent = next;
        if (next == null) {
            return false;
        }
        var lost =
                new Damage(
                        streamId,
                        next.objectKey(),
                        Math.max(offset, next.startOffset()),
                        next.endOffset());
        ObjectIndex opened =
                lost.<@Nullable ObjectIndex>reading(
                        () -> indexes.index(next.objectKey(), next.objectSize()));
        index = opened;
        if (opened == null) {
            return false;
        }
        nextBlock = opened.firstBeyond(streamId, Math.max(offset, next.startOffset()));
        return true;
    }
}
