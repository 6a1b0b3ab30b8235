package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.object.BlockEntry;
import io.oxbow.s3stream.object.DataObjectWriter;
import io.oxbow.s3stream.wal.RecordFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scan of all streams: objects worth compacting together, objects with mostly dead bytes, and
 * objects with small extents of many streams. Its memory grows with the number of objects, not of
 * streams.
 */
final class CandidateScan {

    private final List<CompactionView.SharedObject> objects;
    private final Potential potential;
    private final ObjectScores calm;
    private final ObjectScores pressed;
    private final Map<String, Contents> contents = new HashMap<>();

    /** Sums over the extents seen in an object. */
    private static final class Contents {
        private long overheadBytes;
        private long smallBytes;
        private int smallExtents;
    }

    /**
     * @param calm what a step must gain as a rule
     * @param pressed what it must gain when there are too many shared objects
     */
    CandidateScan(
            List<CompactionView.SharedObject> objects, Window.Limits calm, Window.Limits pressed) {
        this.objects = objects;
        this.potential = calm.potential();
        this.calm = new ObjectScores(calm);
        this.pressed = new ObjectScores(pressed);
        objects.forEach(object -> contents.put(object.key(), new Contents()));
    }

    void add(List<CoreImage.Extent> stretch) {
        for (CoreImage.Extent extent : stretch) {
            Contents seen = contents.get(extent.objectKey());
            if (seen != null) {
                seen.overheadBytes += overhead(extent);
                if (!potential.isGood(extent.bytes())) {
                    seen.smallExtents++;
                    seen.smallBytes += extent.bytes();
                }
            }
        }
        calm.add(stretch);
        pressed.add(stretch);
    }

    /**
     * Returns the most bytes that an extent takes in an object beside its payload: a frame for each
     * offset, and index entries.
     */
    private static long overhead(CoreImage.Extent extent) {
        long blocks = 1 + extent.bytes() / (DataObjectWriter.BLOCK_BYTES / 2);
        return (extent.endOffset() - extent.startOffset()) * RecordFrame.HEADER_BYTES
                + blocks * BlockEntry.BYTES;
    }

    ObjectScores scores(boolean pressing) {
        return pressing ? pressed : calm;
    }

    /** Returns the objects, oldest first, of which at least half is surely dead. */
    Set<String> dead() {
        Set<String> dead = new LinkedHashSet<>();
        for (CompactionView.SharedObject object : objects) {
            boolean half =
                    object.references() > 0
                            && object.referencedBytes() + seen(object).overheadBytes
                                    <= object.size() / 2;
            if (half && dead.size() < calm.limits().inputsMax()) {
                dead.add(object.key());
            }
        }
        return dead;
    }

    /** Returns the objects with several small extents whose bytes are below {@code bytesBelow}. */
    List<Window.Member> smallShared(long bytesBelow) {
        List<Window.Member> small = new ArrayList<>();
        for (CompactionView.SharedObject object : objects) {
            Contents seen = seen(object);
            if (seen.smallExtents > 1 && seen.smallBytes < bytesBelow) {
                small.add(new Window.Member(object.key(), seen.smallBytes));
            }
        }
        return small;
    }

    private Contents seen(CompactionView.SharedObject object) {
        return contents.getOrDefault(object.key(), new Contents());
    }

    /** Returns the number of objects that are worth joining or hold mostly dead bytes. */
    int backlog(boolean pressing) {
        Set<String> all = new LinkedHashSet<>(scores(pressing).withWork());
        all.addAll(dead());
        return all.size();
    }

    /**
     * Returns adjacent objects among {@code small} that are worth merging, so that there are fewer;
     * null if none are.
     */
    static @Nullable Set<String> mergeable(List<Window.Member> small, Window.Limits limits) {
        Window window = Window.best(small, limits);
        if (window == null) {
            return null;
        }
        Set<String> keys = new LinkedHashSet<>();
        small.subList(window.from(), window.to()).forEach(member -> keys.add(member.objectKey()));
        return keys;
    }
}
