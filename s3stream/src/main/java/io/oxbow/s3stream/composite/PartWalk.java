package io.oxbow.s3stream.composite;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Forward-only iterator over the entries that a composite lists for one part: extents, and parts in
 * lower composites. Reads the composite's index and the blocks that it comes to. Not thread-safe.
 */
public final class PartWalk {

    private final CompositeSource composites;
    private final CoreImage.Part part;
    private final CompositeIndex index;
    private final ArrayDeque<CoreImage.Entry> page = new ArrayDeque<>();
    private int nextBlock;
    private long offset;
    private boolean started;

    /**
     * @param fromOffset what ends at or below it is left out
     */
    public PartWalk(CompositeSource composites, CoreImage.Part part, long fromOffset) {
        this.composites = composites;
        this.part = part;
        this.offset = Math.max(fromOffset, part.startOffset());
        this.index = composites.index(part.objectKey(), part.objectSize());
        if (index.level() != part.level()) {
            throw new CorruptException(
                    "composite %s: level %d where the one that refers to it says %d"
                            .formatted(part.objectKey(), index.level(), part.level()));
        }
        this.nextBlock = index.firstBeyond(part.streamId(), offset);
    }

    public CoreImage.Part part() {
        return part;
    }

    /** Returns the next extent or part, null at the end. */
    public CoreImage.@Nullable Entry next() {
        if (offset >= part.endOffset()) {
            return null;
        }
        while (page.isEmpty() && index.mayHold(nextBlock, part.streamId())) {
            page.addAll(
                    composites.block(index, nextBlock++).entries(index, part.streamId(), offset));
        }
        CoreImage.Entry entry = page.poll();
        boolean follows =
                entry != null
                        && (started ? entry.startOffset() == offset : entry.startOffset() <= offset)
                        && entry.endOffset() <= part.endOffset();
        if (entry == null || !follows) {
            throw new CorruptException(
                    "composite %s: of stream %d, [%d, %d), it has %s at offset %d"
                            .formatted(
                                    part.objectKey(),
                                    part.streamId(),
                                    part.startOffset(),
                                    part.endOffset(),
                                    entry,
                                    offset));
        }
        started = true;
        offset = entry.endOffset();
        return entry;
    }
}
