package io.oxbow.s3stream.maintenance;

import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What archiving up to each level would save: the entries at or below it that are old enough, and
 * the runs that they make, which is what would be left of them. For one thread.
 */
final class ArchiveSurvey {

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

    private ArchiveSurvey(Set<String> recent) {
        this.recent = recent;
    }

    /**
     * Of all streams.
     *
     * @param recent keys of objects that are to be left alone
     */
    static ArchiveSurvey of(CoreImage image, Set<String> recent) {
        var survey = new ArchiveSurvey(recent);
        StreamEntries.forEachStream(image, survey::add);
        return survey;
    }

    /** Of one stream; its newest entries are to be left alone. */
    static ArchiveSurvey of(List<CoreImage.Entry> stream, int recentEntries) {
        var recent = new HashSet<String>();
        stream.subList(Math.max(0, stream.size() - recentEntries), stream.size())
                .forEach(entry -> recent.add(entry.objectKey()));
        var survey = new ArchiveSurvey(recent);
        survey.add(stream);
        return survey;
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

    /** Shows {@code visitor} the longest runs of neighbours that may be archived. */
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
     * The lowest level that leaves no more than {@code target} entries when all up to it are
     * archived, else the one that leaves the fewest; -1 if archiving leaves as many as there are.
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
