package io.oxbow.s3stream.maintenance;

import io.oxbow.s3stream.composite.CompositeObject;
import io.oxbow.s3stream.composite.CompositeWriter;
import io.oxbow.s3stream.config.ArchiveConfig;
import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses objects whose extents and parts leave the image together, for one composite. All
 * references to the chosen objects move, so that any choice keeps the rule of ownership; a good
 * choice makes long runs. For one round, by one thread.
 */
final class ArchivePlan {

    /** Divisor of the bound on entries: that share of the newest entries is never archived. */
    private static final int RECENT_SHARE = 16;

    private static final int PAGE = 4096;

    private static final long ALL = 0;

    private final CoreImage image;
    private final ArchiveConfig config;
    private @Nullable ArchiveEstimate estimate;
    private int level;
    private long onlyStream = ALL;

    ArchivePlan(CoreImage image, ArchiveConfig config) {
        this.image = image;
        this.config = config;
    }

    /**
     * Returns the next composite to make, or null when nothing is left to archive. An estimate of
     * the image stays in use as long as it yields composites: a large job is done in composites of
     * a bounded size, as if it were one.
     */
    @Nullable CompositeObject next() {
        ArchiveEstimate begun = estimate;
        CompositeObject more = begun == null ? null : choose(begun);
        if (more != null) {
            return more;
        }
        estimate = begin();
        return estimate == null ? null : choose(estimate);
    }

    private @Nullable CompositeObject choose(ArchiveEstimate by) {
        Chosen chosen = new Chosen(by, level, config);
        if (onlyStream == ALL) {
            StreamEntries.forEachStream(image, chosen::add);
        } else {
            chosen.add(StreamEntries.of(image, onlyStream, 0));
        }
        return composite(chosen.keys);
    }

    private @Nullable ArchiveEstimate begin() {
        CoreImage.Counts counts = image.counts();
        long bound = config.bound(counts.streams());
        onlyStream = ALL;
        if (counts.entries() > bound) {
            ArchiveEstimate all = ArchiveEstimate.of(image, recent(bound / RECENT_SHARE));
            level = all.levelFor(bound - bound / 8);
            return all;
        }
        if (counts.longestStream() > config.longestStream()) {
            onlyStream = counts.longestId();
            List<CoreImage.Entry> stream = StreamEntries.of(image, onlyStream, 0);
            ArchiveEstimate one = ArchiveEstimate.of(stream, config.longestStream() / RECENT_SHARE);
            level = one.levelFor(config.longestStream() / 2);
            return one;
        }
        return null;
    }

    /**
     * Returns the keys of the newest data objects, as many as together have about {@code
     * references} references.
     */
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

    /**
     * Collects the objects of runs of at least two entries, stream by stream, until there are
     * enough.
     */
    private static final class Chosen {
        private final ArchiveEstimate estimate;
        private final int level;
        private final ArchiveConfig config;
        private final Set<String> keys = new HashSet<>();
        private long entries;

        Chosen(ArchiveEstimate estimate, int level, ArchiveConfig config) {
            this.estimate = estimate;
            this.level = level;
            this.config = config;
        }

        void add(List<CoreImage.Entry> stream) {
            if (level >= 0 && entries < config.entriesPerComposite()) {
                estimate.forEachRun(stream, level, this::addRun);
            }
        }

        private void addRun(List<CoreImage.Entry> run) {
            if (run.size() > 1) {
                entries += run.size();
                int enough = config.objectsPerComposite();
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
