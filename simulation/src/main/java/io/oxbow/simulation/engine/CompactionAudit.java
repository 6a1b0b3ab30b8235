package io.oxbow.simulation.engine;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.simulation.kernel.Simulation;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that a compaction replaces what it read: the entries that covered an accepted range lay in
 * its inputs, from end to end. Readers could not tell, as the same offsets have the same bytes
 * everywhere; a compaction by key, or of what was not whole, would lose records.
 */
final class CompactionAudit implements Canon.Watch {

    private final Simulation simulation;
    private final List<Boolean> allowed = new ArrayList<>();

    CompactionAudit(Simulation simulation, Canon canon) {
        this.simulation = simulation;
        canon.watch(this);
    }

    @Override
    public void applying(List<CoreRecord> records, CoreImage before) {
        allowed.clear();
        // Of several records in a slot the later ones see the effects of the earlier ones.
        if (records.size() == 1
                && records.getFirst() instanceof CoreRecord.CompactObjects compact) {
            for (CoreRecord.NewObject output : compact.outputs()) {
                output.ranges()
                        .forEach(range -> allowed.add(isAllowed(before, compact.inputs(), range)));
            }
        }
    }

    private static boolean isAllowed(CoreImage image, List<String> inputs, CoreRecord.Range range) {
        CoreImage.StreamState stream = image.stream(range.streamId()).orElse(null);
        if (stream == null) {
            return false;
        }
        long end = range.startOffset() + range.count();
        long next = -1;
        long from = Math.max(range.startOffset(), stream.startOffset());
        for (CoreImage.Entry entry : image.entries(range.streamId(), from, Integer.MAX_VALUE)) {
            if (entry.startOffset() >= end) {
                break;
            }
            if (!inputs.contains(entry.objectKey())) {
                return false;
            }
            next = entry.endOffset();
        }
        return next == end;
    }

    @Override
    public void applied(Canon.Applied slot) {
        if (allowed.isEmpty()
                || !(slot.results().getFirst() instanceof ApplyResult.Committed(var accepted))) {
            return;
        }
        for (int i = 0; i < accepted.size(); i++) {
            simulation.check(
                    allowed.get(i) || !accepted.get(i),
                    "invariant 10: range %d of %s was accepted, but other objects hold it",
                    i,
                    slot.records().getFirst());
        }
    }
}
