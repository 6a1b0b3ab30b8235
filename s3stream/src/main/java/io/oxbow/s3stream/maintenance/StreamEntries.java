package io.oxbow.s3stream.maintenance;

import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads all extents and parts of the image, stream after stream; no lock is held between streams.
 */
final class StreamEntries {

    private static final int STREAMS_PER_PAGE = 1024;
    private static final int ENTRIES_PER_PAGE = 4096;

    private StreamEntries() {}

    /** Shows {@code visitor} each stream's entries, streams in the order of their ids. */
    static void forEachStream(CoreImage image, Consumer<List<CoreImage.Entry>> visitor) {
        long last = 0;
        while (true) {
            List<Long> ids = image.streamIdsAfter(last, STREAMS_PER_PAGE);
            for (long id : ids) {
                List<CoreImage.Entry> entries = of(image, id, 0);
                if (!entries.isEmpty()) {
                    visitor.accept(entries);
                }
            }
            if (ids.size() < STREAMS_PER_PAGE) {
                return;
            }
            last = ids.getLast();
        }
    }

    /** Returns the stream's entries that reach beyond {@code fromOffset}. */
    static List<CoreImage.Entry> of(CoreImage image, long streamId, long fromOffset) {
        List<CoreImage.Entry> page = image.entries(streamId, fromOffset, ENTRIES_PER_PAGE);
        if (page.size() < ENTRIES_PER_PAGE) {
            return page;
        }
        var all = new ArrayList<CoreImage.Entry>();
        while (!page.isEmpty()) {
            all.addAll(page);
            page = image.entries(streamId, page.getLast().endOffset(), ENTRIES_PER_PAGE);
        }
        return all;
    }

    static int level(CoreImage.Entry entry) {
        return switch (entry) {
            case CoreImage.Extent extent -> 0;
            case CoreImage.Part part -> part.level();
        };
    }
}
