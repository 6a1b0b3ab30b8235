package io.oxbow.s3stream.maintenance;

import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Counts, for each level, the entries that archiving up to that level would take out of the image,
 * and the parts that would replace them. Recent entries are left out. For one thread.
 */
final class ArchiveEstimate {

    private final Set<String> recent;
    private final List<Tally> byLevel = new ArrayList<>();
    private long entries;

    private static final class Tally {
        long entries;
        long runs;

        long gain() {
            return entries - runs;
        }
    }

    private ArchiveEstimate(Set<String> recent) {
        this.recent = recent;
    }

    /**
     * Surveys all streams.
     *
     * @param recent keys of objects that are to be left alone
     */
    static ArchiveEstimate of(CoreImage image, Set<String> recent) {
        var estimate = new ArchiveEstimate(recent);
        StreamEntries.forEachStream(image, estimate::add);
        return estimate;
    }

    /** Surveys one stream, without its newest {@code recentEntries} entries. */
    static ArchiveEstimate of(List<CoreImage.Entry> stream, int recentEntries) {
        var recent = new HashSet<String>();
        stream.subList(Math.max(0, stream.size() - recentEntries), stream.size())
                .forEach(entry -> recent.add(entry.objectKey()));
        var estimate = new ArchiveEstimate(recent);
        estimate.add(stream);
        return estimate;
    }

    private void add(List<CoreImage.Entry> stream) {
        entries += stream.size();
        int highest = -1;
        for (CoreImage.Entry entry : stream) {
            highest = Math.max(highest, StreamEntries.level(entry));
        }
        while (byLevel.size() <= highest) {
            byLevel.add(new Tally());
        }
        for (int level = 0; level < byLevel.size(); level++) {
            Tally tally = byLevel.get(level);
            forEachRun(
                    stream,
                    level,
                    run -> {
                        tally.entries += run.size();
                        tally.runs++;
                    });
        }
    }

    /** Shows {@code visitor} the longest runs of adjacent entries that may be archived. */
    void forEachRun(
            List<CoreImage.Entry> stream, int level, Consumer<List<CoreImage.Entry>> visitor) {
        int from = 0;
        for (int i = 0; i <= stream.size(); i++) {
            boolean in =
                    i < stream.size()
                            && StreamEntries.level(stream.get(i)) <= level
                            && !recent.contains(stream.get(i).objectKey());
            if (!in) {
                if (i > from) {
                    visitor.accept(stream.subList(from, i));
                }
                from = i + 1;
            }
        }
    }

    /**
     * Returns the lowest level at which archiving leaves at most {@code target} entries. If there
     * is none, it is the level that leaves the fewest; -1 if archiving saves nothing at all.
     */
    int levelFor(long target) {
        int best = -1;
        long bestGain = 0;
        for (int level = 0; level < byLevel.size(); level++) {
            long gain = byLevel.get(level).gain();
            if (gain > bestGain) {
                best = level;
                bestGain = gain;
            }
            if (gain > 0 && entries - gain <= target) {
                return level;
            }
        }
        return best;
    }
}
