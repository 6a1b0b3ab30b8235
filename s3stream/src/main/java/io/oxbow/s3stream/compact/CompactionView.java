package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.image.CoreImage;
import java.util.List;
import java.util.function.Consumer;

/** What a planner sees of the image; may grow old while it looks. */
interface CompactionView {

    /**
     * Data objects that may be compacted, in the order in which they were committed.
     *
     * @param references how many extents lie in it
     * @param referencedBytes of those, as appended
     */
    record SharedObject(String key, long size, int references, long referencedBytes) {}

    List<SharedObject> objects();

    /**
     * Shows, in the order of stream ids and offsets, all stretches of extents that follow each
     * other and lie in objects that may be compacted.
     */
    void forEachStretch(Consumer<List<CoreImage.Extent>> visitor);
}
