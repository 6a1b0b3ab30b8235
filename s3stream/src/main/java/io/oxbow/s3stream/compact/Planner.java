package io.oxbow.s3stream.compact;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the next step of compaction. Pure: the same view gives the same plan. A plan from a view
 * that has grown old is harmless, for the image takes only the ranges that still fit.
 *
 * <p>What steps there are, in the order in which they are looked for (under pressure, that is with
 * more than {@code sharedObjectsMax} objects of many streams, joining comes first):
 *
 * <ul>
 *   <li>{@code DROP_DEAD}: objects of which at least half is surely dead are copied without that.
 *   <li>{@code JOIN}: neighbouring extents of a stream become one run, in those objects in which
 *       the streams together gain most.
 *   <li>{@code MERGE_OBJECTS}, only under pressure: neighbouring small objects become one.
 * </ul>
 *
 * <p><b>Progress.</b> Let Φ be the sum of {@link Potential} over all extents, D the dead bytes in
 * objects, and g the bits of gain that are asked for (less an eighth). A {@code JOIN} that copies B
 * bytes of joined extents lowers Φ by at least g·B; the joined bytes may stay behind as dead ones
 * (D rises by at most B); what else it copies is at most B. A {@code DROP_DEAD} lowers D by at
 * least what it copies and, where it drops the trimmed front of an extent, raises Φ by at most 1.44
 * per dropped byte. So each such step lowers {@code M = 2Φ + 3D} by a fixed amount at least (a step
 * that {@code runsMax} cut short, together with those that finish it): there is no sequence of
 * steps without end, and no step undoes another. A {@code MERGE_OBJECTS} does not raise Φ, and
 * lowers the number of objects that hold several small extents, which no step raises but by one for
 * each {@code objectBytes} that it copies; objects of z bytes of small extents have a potential in
 * the same manner, so that a byte is copied at most {@code log2(2 · objectBytes / z) / 2} times for
 * it.
 *
 * <p><b>Write amplification.</b> A byte that is uploaded in an extent of r bytes brings Φ of {@code
 * log2(S / r)}, with {@code S = singleBytes · 2^g}, so joining copies it at most {@code 2 · log2(S
 * / r) / g} times, and usually, with sixteen inputs, {@code log2(S / r) / 4} times; dead bytes add
 * at most one copy each.
 *
 * <p><b>When nothing is left to do</b>, no window of up to {@code inputsMax} neighbouring extents
 * of a stream has a gain of g bits: in each, one extent has more than a {@code 2^-g}th of the
 * bytes. The number of extents is then at most of the order of {@code 2^g · (bytes / singleBytes +
 * log2(S / r) / g)}.
 */
final class Planner {

    /**
     * Gain in bits that is enough under pressure: runs, or objects, must become four times as
     * large.
     */
    private static final int LEAST_GAIN_BITS = 2;

    private final CompactionGoals goals;
    private final Potential potential;

    Planner(CompactionGoals goals) {
        this.goals = goals;
        this.potential = new Potential(goals.singleBytes(), goals.gainBits());
    }

    /** Result of planning: the next plan, and the backlog. */
    record Outlook(@Nullable CompactionPlan plan, int backlogObjects, boolean pressing) {}

    Outlook look(CompactionView view) {
        List<CompactionView.SharedObject> objects = view.objects();
        var scan =
                new CandidateScan(
                        objects,
                        limits(goals.gainBits()),
                        limits(Math.max(LEAST_GAIN_BITS, goals.gainBits() - 1)));
        view.forEachStretch(scan::add);
        List<Window.Member> small = scan.smallShared(goals.objectBytes() / 2);
        boolean pressing = small.size() > goals.sharedObjectsMax();
        CompactionPlan plan = pressing ? joining(view, scan.scores(true), objects) : null;
        plan = plan == null ? droppingDead(view, scan) : plan;
        plan = plan == null && !pressing ? joining(view, scan.scores(false), objects) : plan;
        plan = plan == null && pressing ? merging(view, small) : plan;
        return new Outlook(plan, scan.backlog(pressing), pressing);
    }

    private Window.Limits limits(int gainBits) {
        return new Window.Limits(potential, goals.inputsMax(), gainBits);
    }

    private @Nullable CompactionPlan droppingDead(CompactionView view, CandidateScan scan) {
        Set<String> dead = scan.dead();
        return dead.isEmpty()
                ? null
                : plan(CompactionPlan.Reason.DROP_DEAD, view, dead, Gathering::moveAll);
    }

    private @Nullable CompactionPlan joining(
            CompactionView view, ObjectScores scores, List<CompactionView.SharedObject> objects) {
        Set<String> inputs = scores.winner();
        if (inputs == null) {
            return null;
        }
        Map<String, CompactionView.SharedObject> byKey = new HashMap<>();
        objects.forEach(object -> byKey.put(object.key(), object));
        return plan(
                CompactionPlan.Reason.JOIN,
                view,
                inputs,
                gathering -> gathering.moveJoinable(scores.limits(), byKey));
    }

    private @Nullable CompactionPlan merging(CompactionView view, List<Window.Member> small) {
        var limits =
                new Window.Limits(
                        new Potential(goals.objectBytes() / 2, LEAST_GAIN_BITS),
                        goals.inputsMax(),
                        LEAST_GAIN_BITS);
        Set<String> inputs = CandidateScan.mergeable(small, limits);
        return inputs == null
                ? null
                : plan(
                        CompactionPlan.Reason.MERGE_OBJECTS,
                        view,
                        inputs,
                        gathering -> gathering.moveSmall(potential));
    }

    private @Nullable CompactionPlan plan(
            CompactionPlan.Reason reason,
            CompactionView view,
            Set<String> inputs,
            Consumer<Gathering> choice) {
        var gathering = new Gathering(inputs, goals.runsMax());
        view.forEachStretch(gathering::add);
        choice.accept(gathering);
        List<CompactionPlan.Run> runs = gathering.runs();
        return runs.isEmpty() ? null : CompactionPlan.of(reason, runs, goals);
    }
}
