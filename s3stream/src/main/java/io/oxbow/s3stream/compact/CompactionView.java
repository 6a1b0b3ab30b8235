package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.image.CoreImage;
import java.util.List;
import java.util.function.Consumer;

/** View of the metadata image for planning; may be outdated while it is used. */
interface CompactionView {

    /**
     * Data object of many streams that may be compacted; listed in the order of commits.
     *
     * @param references how many extents lie in it
     * @param referencedBytes of those, as appended
     */
    record SharedObject(String key, long size, int references, long referencedBytes) {}

    List<SharedObject> objects();

    /**
     * Shows, by stream id and offset, all stretches of adjacent extents in objects that may be
     * compacted.
     */
    void forEachStretch(Consumer<List<CoreImage.Extent>> visitor);
}
