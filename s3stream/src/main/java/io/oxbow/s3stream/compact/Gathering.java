package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Extents in the input objects of one step, each marked to be moved or left. Takes streams in order
 * until it is full; the rest is for later steps.
 */
final class Gathering {

    private final Set<String> inputs;
    private final int extentsMax;
    private final List<Stretch> stretches = new ArrayList<>();
    private int extents;
    private long lastStreamId = -1;

    private static final class Stretch {
        final List<CoreImage.Extent> extents;
        final boolean[] moved;

        Stretch(List<CoreImage.Extent> extents) {
            this.extents = extents;
            this.moved = new boolean[extents.size()];
        }
    }

    Gathering(Set<String> inputs, int extentsMax) {
        this.inputs = inputs;
        this.extentsMax = extentsMax;
    }

    /** Adds those extents of the stretch that lie in the inputs. */
    void add(List<CoreImage.Extent> stretch) {
        long streamId = stretch.getFirst().streamId();
        if (extents >= extentsMax && streamId != lastStreamId) {
            return;
        }
        List<CoreImage.Extent> run = new ArrayList<>();
        for (CoreImage.Extent extent : stretch) {
            if (inputs.contains(extent.objectKey())) {
                run.add(extent);
            } else {
                take(run);
                run = new ArrayList<>();
            }
        }
        take(run);
    }

    private void take(List<CoreImage.Extent> run) {
        if (!run.isEmpty()) {
            stretches.add(new Stretch(run));
            extents += run.size();
            lastStreamId = run.getFirst().streamId();
        }
    }

    void moveAll() {
        stretches.forEach(stretch -> Arrays.fill(stretch.moved, true));
    }

    /** Marks all extents to be moved, except those that are long enough. */
    void moveSmall(Potential potential) {
        for (Stretch stretch : stretches) {
            for (int i = 0; i < stretch.moved.length; i++) {
                stretch.moved[i] = !potential.isGood(stretch.extents.get(i).bytes());
            }
        }
    }

    /**
     * Marks extents to be moved whose joining gains enough. Then it marks the rest of those objects
     * of which the larger part is moved: its bytes are paid for by those that were freed.
     */
    void moveJoinable(Window.Limits limits, Map<String, CompactionView.SharedObject> objects) {
        Map<String, Long> joined = new HashMap<>();
        for (Stretch stretch : stretches) {
            join(stretch, 0, stretch.extents.size(), limits);
            for (int i = 0; i < stretch.moved.length; i++) {
                if (stretch.moved[i]) {
                    CoreImage.Extent extent = stretch.extents.get(i);
                    joined.merge(extent.objectKey(), extent.bytes(), Long::sum);
                }
            }
        }
        for (Stretch stretch : stretches) {
            for (int i = 0; i < stretch.moved.length; i++) {
                String key = stretch.extents.get(i).objectKey();
                CompactionView.SharedObject object = objects.get(key);
                long freed = joined.getOrDefault(key, 0L);
                if (object != null && object.referencedBytes() - freed <= freed) {
                    stretch.moved[i] = true;
                }
            }
        }
    }

    private static void join(Stretch stretch, int from, int to, Window.Limits limits) {
        if (to - from < limits.membersMin()) {
            return;
        }
        Window window = Window.best(Window.Member.of(stretch.extents.subList(from, to)), limits);
        if (window != null) {
            Arrays.fill(stretch.moved, from + window.from(), from + window.to(), true);
            join(stretch, from, from + window.from(), limits);
            join(stretch, from + window.to(), to, limits);
        }
    }

    /** Returns the runs: adjacent extents that are moved make one. */
    List<CompactionPlan.Run> runs() {
        List<CompactionPlan.Run> runs = new ArrayList<>();
        for (Stretch stretch : stretches) {
            List<CoreImage.Extent> run = new ArrayList<>();
            for (int i = 0; i <= stretch.moved.length; i++) {
                if (i < stretch.moved.length && stretch.moved[i]) {
                    run.add(stretch.extents.get(i));
                } else if (!run.isEmpty()) {
                    runs.add(new CompactionPlan.Run(List.copyOf(run)));
                    run.clear();
                }
            }
        }
        return runs;
    }
}
