package io.oxbow.s3stream.image;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies records that replace extents by others with the same offsets: compaction, rewriting and
 * archiving. Nothing in here moves a stream's start or end, and whoever owns the stream does not
 * matter: committed data at given offsets never changes. Not thread-safe.
 */
public final class ExtentChanges {

    private final StreamTable streams;
    private final ObjectTable objects;
    private final ObjectLedger ledger;

    ExtentChanges(StreamTable streams, ObjectTable objects, ObjectLedger ledger) {
        this.streams = streams;
        this.objects = objects;
        this.ledger = ledger;
    }

    /**
     * Applies a compaction range by range: a range that does not fit any more is refused, the
     * others stand.
     */
    public ApplyResult compact(CoreRecord.CompactObjects record) {
        ApplyResult before = appliedBefore(record.outputs());
        if (before != null) {
            return before;
        }
        Set<Long> inputs = new HashSet<>();
        long appendedMillis = find(record.inputs(), inputs);
        var accepted = new ArrayList<Boolean>();
        for (CoreRecord.NewObject output : record.outputs()) {
            long objectId = objects.add(output.key(), output.size(), appendedMillis);
            ledger.add(output.key());
            for (CoreRecord.Range range : output.ranges()) {
                accepted.add(compact(range, inputs, objectId));
            }
        }
        return new ApplyResult.Committed(List.copyOf(accepted));
    }

    private @Nullable ApplyResult appliedBefore(List<CoreRecord.NewObject> outputs) {
        if (ledger.contains(outputs.getFirst().key())) {
            return new ApplyResult.AlreadyApplied();
        }
        for (CoreRecord.NewObject output : outputs) {
            if (isKnown(output.key())) {
                return committedBefore(output.key());
            }
        }
        return null;
    }

    /** Adds the ids of those inputs that are known; returns the latest of their times. */
    private long find(List<String> keys, Set<Long> inputs) {
        long appendedMillis = CoreImage.UNKNOWN_TIME;
        for (String key : keys) {
            ObjectTable.Row input = objects.find(key);
            if (input != null) {
                inputs.add(input.id);
                appendedMillis = Math.max(appendedMillis, input.appendedMillis);
            }
        }
        return appendedMillis;
    }

    /** Applies a rewriting as a whole, or not at all: then nothing refers to its outputs. */
    public ApplyResult rewrite(CoreRecord.RewriteExtents record) {
        ApplyResult before = appliedBefore(record.outputs());
        if (before != null) {
            return before;
        }
        Set<Long> inputs = new HashSet<>();
        long appendedMillis = find(record.inputs(), inputs);
        CoreRecord.Range first = record.outputs().getFirst().ranges().getFirst();
        CoreRecord.Range last = record.outputs().getLast().ranges().getFirst();
        long end = last.startOffset() + last.count();
        StreamTable.Row row = streams.row(first.streamId());
        List<StreamExtents.Entry> run =
                row == null ? List.of() : row.extents.overlapping(first.startOffset(), end);
        boolean fits = row != null && fits(row, run, first.startOffset(), end, inputs);
        var extents = new ArrayList<StreamExtents.Entry>();
        for (CoreRecord.NewObject output : record.outputs()) {
            long objectId = objects.add(output.key(), output.size(), appendedMillis);
            ledger.add(output.key());
            CoreRecord.Range range = output.ranges().getFirst();
            long rangeEnd = range.startOffset() + range.count();
            // The others were trimmed away meanwhile.
            if (row != null && fits && rangeEnd > row.startOffset) {
                extents.add(
                        new StreamExtents.Entry(
                                objectId,
                                range.startOffset(),
                                rangeEnd,
                                range.bytes(),
                                range.maxTimestamp()));
            }
        }
        if (row != null && fits) {
            replace(row, run, extents);
        }
        return new ApplyResult.Committed(Collections.nCopies(record.outputs().size(), fits));
    }

    private boolean compact(CoreRecord.Range range, Set<Long> inputs, long objectId) {
        StreamTable.Row row = streams.row(range.streamId());
        long end = range.startOffset() + range.count();
        if (row == null) {
            return false;
        }
        List<StreamExtents.Entry> run = row.extents.overlapping(range.startOffset(), end);
        if (!fits(row, run, range.startOffset(), end, inputs)) {
            return false;
        }
        var extent =
                new StreamExtents.Entry(
                        objectId, range.startOffset(), end, range.bytes(), range.maxTimestamp());
        replace(row, run, extent);
        return true;
    }

    /** Applies an archiving as a whole, or refuses it. */
    public ApplyResult archive(CoreRecord.ArchiveExtents record) {
        CoreRecord.Composite composite = record.composite();
        if (ledger.contains(composite.key())) {
            return new ApplyResult.AlreadyApplied();
        }
        if (isKnown(composite.key())) {
            return committedBefore(composite.key());
        }
        Map<Long, Integer> owned = new HashMap<>();
        var runs = new ArrayList<Run>();
        String problem = claim(record, owned);
        for (CoreRecord.Part part : composite.parts()) {
            problem = problem == null ? count(part, owned, runs) : problem;
        }
        problem = problem == null ? uncovered(record.owned(), owned) : problem;
        if (problem != null) {
            return new ApplyResult.Refused("composite %s: %s".formatted(composite.key(), problem));
        }
        long objectId = objects.addComposite(composite, record.owned());
        ledger.add(composite.key());
        runs.forEach(run -> archive(run, objectId));
        record.owned().forEach(objects::handOver);
        return new ApplyResult.Applied();
    }

    /**
     * Checks that every owned object is in the image, and that the level is one above theirs;
     * returns the problem, or null.
     */
    private @Nullable String claim(CoreRecord.ArchiveExtents record, Map<Long, Integer> owned) {
        int highest = 0;
        for (String key : record.owned()) {
            ObjectTable.Row row = objects.find(key);
            if (row == null) {
                return "object %s is not in the image".formatted(key);
            }
            owned.put(row.id, 0);
            highest = Math.max(highest, row.level);
        }
        return record.composite().level() == highest + 1
                ? null
                : "level %d over level %d".formatted(record.composite().level(), highest);
    }

    /** Entries of one stream that a part replaces. */
    private record Run(StreamTable.Row row, List<StreamExtents.Entry> entries) {}

    /**
     * Counts the references in a part's run, and checks that all are to owned objects; returns the
     * problem, or null.
     */
    private @Nullable String count(CoreRecord.Part part, Map<Long, Integer> owned, List<Run> runs) {
        StreamTable.Row row = streams.row(part.streamId());
        if (row == null) {
            return null;
        }
        List<StreamExtents.Entry> run =
                row.extents.overlapping(part.startOffset(), part.endOffset());
        boolean trimmed = run.isEmpty() && part.endOffset() <= row.startOffset;
        if (!trimmed && !covers(row, run, part.startOffset(), part.endOffset())) {
            return "%s is not a run of extents".formatted(part);
        }
        for (StreamExtents.Entry entry : run) {
            if (owned.computeIfPresent(entry.objectId(), (id, count) -> count + 1) == null) {
                return "%s has extents in another object".formatted(part);
            }
        }
        if (!run.isEmpty()) {
            runs.add(new Run(row, run));
        }
        return null;
    }

    private @Nullable String uncovered(List<String> keys, Map<Long, Integer> owned) {
        for (String key : keys) {
            ObjectTable.Row row = objects.require(key);
            int counted = owned.getOrDefault(row.id, 0);
            if (counted != row.references) {
                return "%d of %d references to %s are in its parts"
                        .formatted(counted, row.references, key);
            }
        }
        return null;
    }

    private void archive(Run run, long objectId) {
        long bytes = 0;
        long maxTimestamp = Long.MIN_VALUE;
        for (StreamExtents.Entry entry : run.entries()) {
            bytes += entry.bytes();
            maxTimestamp = Math.max(maxTimestamp, entry.maxTimestamp());
        }
        long start = run.entries().getFirst().startOffset();
        long end = run.entries().getLast().endOffset();
        replace(
                run.row(),
                run.entries(),
                new StreamExtents.Entry(objectId, start, end, bytes, maxTimestamp));
    }

    /** Returns true if the run is exactly [start, end) and lies in inputs alone. */
    private static boolean fits(
            StreamTable.Row row,
            List<StreamExtents.Entry> run,
            long start,
            long end,
            Set<Long> inputs) {
        return covers(row, run, start, end)
                && run.stream().allMatch(entry -> inputs.contains(entry.objectId()));
    }

    /**
     * Returns true if the run is exactly [start, end), except for what was trimmed off its front.
     */
    private static boolean covers(
            StreamTable.Row row, List<StreamExtents.Entry> run, long start, long end) {
        if (run.isEmpty() || run.getLast().endOffset() != end) {
            return false;
        }
        long first = run.getFirst().startOffset();
        return first == start || (first > start && first == row.extents.firstOffset());
    }

    private void replace(
            StreamTable.Row row, List<StreamExtents.Entry> run, StreamExtents.Entry by) {
        replace(row, run, List.of(by));
    }

    private void replace(
            StreamTable.Row row, List<StreamExtents.Entry> run, List<StreamExtents.Entry> by) {
        row.extents.replace(run, by);
        by.forEach(objects::reference);
        run.forEach(objects::dereference);
    }

    private boolean isKnown(String key) {
        return ledger.contains(key) || objects.contains(key);
    }

    static ApplyResult committedBefore(String key) {
        return new ApplyResult.Refused("object %s has been committed".formatted(key));
    }
}
