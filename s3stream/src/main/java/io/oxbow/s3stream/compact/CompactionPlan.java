package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Plan of one step of compaction: objects to read and objects to write.
 *
 * @param inputs objects that are read
 * @param outputs objects that are made, at least one
 */
record CompactionPlan(Reason reason, List<Input> inputs, List<Output> outputs) {

    /** Purpose of a step. */
    enum Reason {
        /** Makes longer runs. */
        JOIN,
        /** Drops bytes that nothing refers to any more. */
        DROP_DEAD,
        /** Makes fewer objects. */
        MERGE_OBJECTS
    }

    record Input(String key, long size) {}

    /** New object with its runs, sorted by stream and offset. */
    record Output(List<Run> runs) {
        long bytes() {
            return runs.stream().mapToLong(Run::bytes).sum();
        }
    }

    /** Adjacent extents of one stream that become one extent. */
    record Run(List<CoreImage.Extent> extents) {
        long streamId() {
            return extents.getFirst().streamId();
        }

        long startOffset() {
            return extents.getFirst().startOffset();
        }

        long endOffset() {
            return extents.getLast().endOffset();
        }

        long bytes() {
            return extents.stream().mapToLong(CoreImage.Extent::bytes).sum();
        }
    }

    long bytes() {
        return outputs.stream().mapToLong(Output::bytes).sum();
    }

    /**
     * Lays runs out in objects: each long run gets an object of its own, the others share objects.
     *
     * @param runs sorted by stream and offset
     */
    static CompactionPlan of(Reason reason, List<Run> runs, CompactionGoals goals) {
        var inputs = new TreeMap<String, Input>();
        List<Output> outputs = new ArrayList<>();
        List<Run> group = new ArrayList<>();
        long groupBytes = 0;
        for (Run run : runs) {
            run.extents()
                    .forEach(e ->
                            inputs.put(e.objectKey(), new Input(e.objectKey(), e.objectSize())));
            if (run.bytes() >= goals.singleBytes()) {
                split(run, goals.objectBytes())
                        .forEach(part -> outputs.add(new Output(List.of(part))));
                continue;
            }
            if (!group.isEmpty() && groupBytes + run.bytes() > goals.objectBytes()) {
                outputs.add(new Output(List.copyOf(group)));
                group.clear();
                groupBytes = 0;
            }
            group.add(run);
            groupBytes += run.bytes();
        }
        if (!group.isEmpty()) {
            outputs.add(new Output(List.copyOf(group)));
        }
        return new CompactionPlan(reason, List.copyOf(inputs.values()), List.copyOf(outputs));
    }

    /**
     * Splits a run into as few parts as fit, about equally long, so that none is a short remainder.
     */
    private static List<Run> split(Run run, long bytesMax) {
        long parts = Math.ceilDiv(run.bytes(), bytesMax);
        long target = Math.ceilDiv(run.bytes(), parts);
        List<Run> split = new ArrayList<>();
        List<CoreImage.Extent> part = new ArrayList<>();
        long bytes = 0;
        long left = run.bytes();
        for (CoreImage.Extent extent : run.extents()) {
            part.add(extent);
            bytes += extent.bytes();
            left -= extent.bytes();
            if (bytes >= target && left >= target / 2) {
                split.add(new Run(List.copyOf(part)));
                part.clear();
                bytes = 0;
            }
        }
        if (!part.isEmpty()) {
            split.add(new Run(List.copyOf(part)));
        }
        return split;
    }
}
