package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reads the image page by page, restricted to what may be compacted, and rests between pages. For
 * one thread.
 */
final class ImageView implements CompactionView {

    private static final int OBJECTS_PER_PAGE = 1000;
    private static final int STREAMS_PER_PAGE = 200;
    private static final int ENTRIES_PER_PAGE = 500;

    private final CoreImage image;
    private final Runnable rest;
    private final List<SharedObject> objects = new ArrayList<>();
    private final Set<String> keys = new HashSet<>();

    /**
     * @param eligible of objects' keys
     * @param rest called now and then
     */
    ImageView(CoreImage image, Predicate<String> eligible, Runnable rest) {
        this.image = image;
        this.rest = rest;
        long after = 0;
        List<CoreImage.ObjectState> page;
        do {
            page = image.objectsAfter(after, OBJECTS_PER_PAGE);
            for (CoreImage.ObjectState object : page) {
                after = object.id();
                if (object.level() == 0 && object.references() > 0 && eligible.test(object.key())) {
                    add(object);
                }
            }
            rest.run();
        } while (page.size() == OBJECTS_PER_PAGE);
    }

    private void add(CoreImage.ObjectState object) {
        keys.add(object.key());
        objects.add(
                new SharedObject(
                        object.key(),
                        object.size(),
                        object.references(),
                        object.referencedBytes()));
    }

    @Override
    public List<SharedObject> objects() {
        return objects;
    }

    @Override
    public void forEachStretch(Consumer<List<CoreImage.Extent>> visitor) {
        long after = -1;
        List<Long> page;
        do {
            page = image.streamIdsAfter(after, STREAMS_PER_PAGE);
            for (long streamId : page) {
                after = streamId;
                stretchesOf(streamId, visitor);
            }
            rest.run();
        } while (page.size() == STREAMS_PER_PAGE);
    }

    private void stretchesOf(long streamId, Consumer<List<CoreImage.Extent>> visitor) {
        List<CoreImage.Extent> stretch = new ArrayList<>();
        long from = -1;
        List<CoreImage.Entry> page;
        do {
            page = image.entries(streamId, from, ENTRIES_PER_PAGE);
            for (CoreImage.Entry entry : page) {
                boolean follows = stretch.isEmpty() || entry.startOffset() == from;
                from = entry.endOffset();
                if (!follows || !isEligible(entry)) {
                    end(stretch, visitor);
                    stretch = new ArrayList<>();
                }
                if (entry instanceof CoreImage.Extent extent && isEligible(entry)) {
                    stretch.add(extent);
                }
            }
        } while (page.size() == ENTRIES_PER_PAGE);
        end(stretch, visitor);
    }

    private static void end(
            List<CoreImage.Extent> stretch, Consumer<List<CoreImage.Extent>> visitor) {
        if (!stretch.isEmpty()) {
            visitor.accept(stretch);
        }
    }

    private boolean isEligible(CoreImage.Entry entry) {
        return entry instanceof CoreImage.Extent && keys.contains(entry.objectKey());
    }
}
