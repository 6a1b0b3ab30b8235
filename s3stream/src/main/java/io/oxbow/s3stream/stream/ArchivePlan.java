package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.composite.CompositeObject;
import io.oxbow.s3stream.composite.CompositeWriter;
import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses objects whose extents and parts are to leave the image together. Whatever objects are
 * chosen, all references to them move, so any choice keeps to the rule of ownership; a good one
 * makes long runs. For one thread.
 */
final class ArchivePlan {

    /** One in so many of the entries that the image may hold is recent, and left alone. */
    private static final int RECENT_SHARE = 8;

    private final CoreImage image;
    private final ArchiveConfig config;

    ArchivePlan(CoreImage image, ArchiveConfig config) {
        this.image = image;
        this.config = config;
    }

    /** The next composite to make; null when the image is small enough or cannot get smaller. */
    @Nullable CompositeObject next() {
        CoreImage.Counts counts = image.counts();
        long bound = config.bound(counts.streams());
        if (counts.entries() > bound) {
            ArchiveSurvey survey = ArchiveSurvey.of(image, recent(bound / RECENT_SHARE));
            int level = survey.levelFor(bound / 2);
            Chosen chosen = new Chosen(survey, level, config.objectsPerComposite());
            StreamEntries.forEachStream(image, chosen::add);
            return composite(chosen.keys);
        }
        return counts.longestStream() > config.longestStream() ? nextOf(counts.longestId()) : null;
    }

    private @Nullable CompositeObject nextOf(long streamId) {
        List<CoreImage.Entry> stream = StreamEntries.of(image, streamId, 0);
        ArchiveSurvey survey = ArchiveSurvey.of(stream, config.longestStream() / RECENT_SHARE);
        int level = survey.levelFor(config.longestStream() / 2);
        Chosen chosen = new Chosen(survey, level, config.objectsPerComposite());
        chosen.add(stream);
        return composite(chosen.keys);
    }

    /** The newest data objects, as many as together have about {@code references}. */
    private Set<String> recent(long references) {
        var newest = new ArrayDeque<CoreImage.ObjectState>();
        long sum = 0;
        List<CoreImage.ObjectState> page = image.objectsAfter(0, PAGE);
        while (!page.isEmpty()) {
            for (CoreImage.ObjectState object : page) {
                if (object.level() == 0) {
                    newest.addLast(object);
                    sum += object.references();
                }
                while (sum > references) {
                    sum -= newest.removeFirst().references();
                }
            }
            page = image.objectsAfter(page.getLast().id(), PAGE);
        }
        var keys = new HashSet<String>();
        newest.forEach(object -> keys.add(object.key()));
        return keys;
    }

    private static final int PAGE = 4096;

    /** Objects of runs that are worth it, stream by stream until there are enough. */
    private static final class Chosen {
        private final ArchiveSurvey survey;
        private final int level;
        private final int enough;
        private final Set<String> keys = new HashSet<>();

        Chosen(ArchiveSurvey survey, int level, int enough) {
            this.survey = survey;
            this.level = level;
            this.enough = enough;
        }

        void add(List<CoreImage.Entry> stream) {
            if (level >= 0 && keys.size() < enough) {
                survey.forEachRun(stream, level, this::addRun);
            }
        }

        private void addRun(List<CoreImage.Entry> run) {
            if (run.size() > 1) {
                run.stream()
                        .map(CoreImage.Entry::objectKey)
                        .takeWhile(key -> keys.size() < enough || keys.contains(key))
                        .forEach(keys::add);
            }
        }
    }

    private @Nullable CompositeObject composite(Set<String> objects) {
        if (objects.isEmpty()) {
            return null;
        }
        Predicate<CoreImage.Entry> chosen = entry -> objects.contains(entry.objectKey());
        var writer = new CompositeWriter();
        StreamEntries.forEachStream(
                image, stream -> stream.stream().filter(chosen).forEach(writer::add));
        CompositeObject composite = writer.finish();
        return composite.entries() > composite.parts().size() ? composite : null;
    }
}
