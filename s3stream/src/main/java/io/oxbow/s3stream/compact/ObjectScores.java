package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.image.CoreImage;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the streams' gains per group of objects, to find the objects that are best compacted
 * together.
 */
final class ObjectScores {

    private final Window.Limits limits;
    private final TreeMap<String, Vote> votes = new TreeMap<>();
    private final Set<String> withWork = new HashSet<>();

    /** Sum of gains of the streams whose best window starts in the same object. */
    private static final class Vote {
        private Set<String> keys = Set.of();
        private double gain;

        void add(Set<String> windowKeys, double windowGain) {
            gain += windowGain;
            if (windowKeys.size() > keys.size()) {
                keys = windowKeys;
            }
        }
    }

    ObjectScores(Window.Limits limits) {
        this.limits = limits;
    }

    Window.Limits limits() {
        return limits;
    }

    void add(List<CoreImage.Extent> stretch) {
        if (stretch.size() < limits.membersMin()) {
            return;
        }
        Window window = Window.best(Window.Member.of(stretch), limits);
        if (window != null) {
            Set<String> keys = new LinkedHashSet<>();
            stretch.subList(window.from(), window.to()).forEach(e -> keys.add(e.objectKey()));
            withWork.addAll(keys);
            votes.computeIfAbsent(stretch.get(window.from()).objectKey(), key -> new Vote())
                    .add(keys, window.gain());
        }
    }

    /** Returns the objects whose joint compaction gains most; null if nothing gains enough. */
    @Nullable Set<String> winner() {
        Vote best = null;
        for (Vote vote : votes.values()) {
            if (best == null || vote.gain > best.gain) {
                best = vote;
            }
        }
        return best == null ? null : best.keys;
    }

    /** Returns the objects in which at least one stream gains enough. */
    Set<String> withWork() {
        return withWork;
    }
}
