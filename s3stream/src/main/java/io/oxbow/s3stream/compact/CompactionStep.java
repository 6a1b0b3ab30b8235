package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.ObjectKey;
import io.oxbow.s3stream.object.DataObject;
import io.oxbow.s3stream.object.ObjectIndex;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Carries out a plan output by output: reads the inputs, writes the output, and commits it. An
 * interruption leaves at most one object that nothing refers to. For one thread.
 */
final class CompactionStep {

    private final CompactionHost host;
    private final InputBlocks.Source source;
    private final Pace pace;
    private final int blockBytes;

    CompactionStep(CompactionHost host, InputBlocks.Source source, int blockBytes) {
        this.host = host;
        this.source = source;
        this.pace = source.pace();
        this.blockBytes = blockBytes;
    }

    /** Outcome of one output. */
    sealed interface Outcome {
        /**
         * @param rangesRefused of which the streams have moved on
         */
        record Committed(long size, long rangesCommitted, long rangesRefused) implements Outcome {}

        /** Nothing was left to copy. */
        record Nothing() implements Outcome {}

        /** This node epoch is fenced and commits nothing any more. */
        record Fenced(String why) implements Outcome {}
    }

    Map<String, ObjectIndex> indexes(CompactionPlan plan) {
        Map<String, ObjectIndex> indexes = new HashMap<>();
        for (CompactionPlan.Input input : plan.inputs()) {
            try {
                ObjectIndex index = source.objects().index(input.key(), input.size());
                pace.take(index.sizeInBytes());
                indexes.put(input.key(), index);
            } catch (CorruptException e) {
                throw new DamagedInputException(input.key(), e);
            }
        }
        return indexes;
    }

    Outcome make(
            CompactionPlan plan, CompactionPlan.Output output, Map<String, ObjectIndex> indexes) {
        DataObject object = new OutputCopy(output, host.image(), blockBytes).copy(indexes, source);
        if (object.ranges().isEmpty()) {
            return new Outcome.Nothing();
        }
        pace.take(object.size());
        ObjectKey key = host.numbers().take();
        host.put(key.path(), object.body());
        ApplyResult result = commit(plan, key, object);
        host.numbers().settle(key);
        return switch (result) {
            case ApplyResult.Committed(var ranges) -> {
                long taken = ranges.stream().filter(accepted -> accepted).count();
                yield new Outcome.Committed(object.size(), taken, ranges.size() - taken);
            }
            case ApplyResult.AlreadyApplied already ->
                    new Outcome.Committed(object.size(), object.ranges().size(), 0);
            case ApplyResult.Fenced(var why) -> new Outcome.Fenced(why);
            default -> throw new IllegalStateException("compaction was answered with " + result);
        };
    }

    private ApplyResult commit(CompactionPlan plan, ObjectKey key, DataObject object) {
        var numbers = host.numbers();
        List<String> inputs = plan.inputs().stream().map(CompactionPlan.Input::key).toList();
        return host.commit(
                new CoreRecord.CompactObjects(
                        numbers.nodeId(),
                        numbers.nodeEpoch(),
                        numbers.settledBelow(),
                        inputs,
                        List.of(
                                new CoreRecord.NewObject(
                                        key.path(), object.size(), object.ranges()))));
    }
}
