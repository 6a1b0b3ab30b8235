package io.oxbow.s3stream.cache;

import io.oxbow.s3stream.composite.CompositeSource;
import io.oxbow.s3stream.composite.PartWalk;
import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayDeque;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Forward-only iterator over the extents of one stream: those in the image, and those that
 * composites list, level by level. Recent extents are in the image and cost no read. Not
 * thread-safe.
 */
public final class ExtentWalk {

    private static final int ENTRIES_PER_PAGE = 16;

    private final Supplier<CoreImage> image;
    private final @Nullable CompositeSource composites;
    private final Predicate<CoreImage.Entry> wanted;
    private final long streamId;
    private final ArrayDeque<CoreImage.Entry> page = new ArrayDeque<>();

    /**
     * Stack of parts being walked, from the composite that the image names to the one that lists
     * extents.
     */
    private final ArrayDeque<PartWalk> inside = new ArrayDeque<>();

    private long offset;

    /**
     * @param composites null if none may be read: the walk ends where it comes to one
     */
    public ExtentWalk(
            Supplier<CoreImage> image,
            @Nullable CompositeSource composites,
            long streamId,
            long fromOffset,
            Predicate<CoreImage.Entry> wanted) {
        this.image = image;
        this.composites = composites;
        this.wanted = wanted;
        this.streamId = streamId;
        this.offset = fromOffset;
    }

    public long streamId() {
        return streamId;
    }

    /** Returns the offset below which everything has been walked over. */
    public long offset() {
        return offset;
    }

    /**
     * Returns the next extent that the filter accepts along with the parts around it; null at the
     * end.
     */
    public CoreImage.@Nullable Extent next() {
        while (true) {
            CoreImage.Entry entry = nextEntry();
            if (entry == null) {
                return null;
            }
            if (!wanted.test(entry)) {
                offset = Math.max(offset, entry.endOffset());
                continue;
            }
            switch (entry) {
                case CoreImage.Extent extent -> {
                    offset = Math.max(offset, extent.endOffset());
                    return extent;
                }
                case CoreImage.Part part -> {
                    if (composites == null) {
                        return null;
                    }
                    CompositeSource source = composites;
                    inside.push(lostWith(part).reading(() -> new PartWalk(source, part, offset)));
                }
            }
        }
    }

    private Damage lostWith(CoreImage.Part part) {
        return new Damage(
                streamId, part.objectKey(), Math.max(offset, part.startOffset()), part.endOffset());
    }

    private CoreImage.@Nullable Entry nextEntry() {
        while (!inside.isEmpty()) {
            PartWalk walk = inside.getFirst();
            CoreImage.Entry entry = lostWith(walk.part()).reading(walk::next);
            if (entry != null) {
                return entry;
            }
            inside.pop();
        }
        if (page.isEmpty()) {
            page.addAll(image.get().entries(streamId, offset, ENTRIES_PER_PAGE));
        }
        return page.poll();
    }
}
