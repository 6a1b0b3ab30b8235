package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.object.Block;
import io.oxbow.s3stream.object.DataObject;
import io.oxbow.s3stream.object.DataObjectWriter;
import io.oxbow.s3stream.object.GapFrame;
import io.oxbow.s3stream.object.ObjectIndex;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies the runs of one output from checked blocks, frame by frame and unchanged; trimmed offsets
 * become a gap. For one thread.
 */
final class OutputCopy {

    private final CompactionPlan.Output output;
    private final CoreImage image;
    private final DataObjectWriter writer;
    private final Map<String, InputBlocks> inputs = new HashMap<>();
    private final List<Piece> pieces = new ArrayList<>();

    /**
     * @param fromOffset what ends at or below it was trimmed
     * @param blocks of its input that it takes
     */
    private record Piece(CoreImage.Extent extent, long fromOffset, int blocks) {}

    OutputCopy(CompactionPlan.Output output, CoreImage image, int blockBytes) {
        this.output = output;
        this.image = image;
        this.writer = DataObjectWriter.forRewriting(blockBytes);
    }

    /** Copies all runs into one object, empty if none of the streams exists any more. */
    DataObject copy(Map<String, ObjectIndex> indexes, InputBlocks.Source source) {
        for (CompactionPlan.Run run : output.runs()) {
            image.stream(run.streamId())
                    .filter(stream -> stream.startOffset() < run.endOffset())
                    .ifPresent(stream -> want(run, stream.startOffset(), indexes, source));
        }
        pieces.forEach(this::copy);
        return writer.finish();
    }

    private void want(
            CompactionPlan.Run run,
            long trimmedTo,
            Map<String, ObjectIndex> indexes,
            InputBlocks.Source source) {
        for (CoreImage.Extent extent : run.extents()) {
            String key = extent.objectKey();
            long from = Math.max(extent.startOffset(), Math.min(trimmedTo, extent.endOffset()));
            int blocks =
                    inputs.computeIfAbsent(key, k -> new InputBlocks(k, index(indexes, k), source))
                            .want(run.streamId(), from, extent.endOffset());
            pieces.add(new Piece(extent, from, blocks));
        }
    }

    private static ObjectIndex index(Map<String, ObjectIndex> indexes, String key) {
        ObjectIndex index = indexes.get(key);
        if (index == null) {
            throw new IllegalStateException("no index was read of input " + key);
        }
        return index;
    }

    private void copy(Piece piece) {
        CoreImage.Extent extent = piece.extent;
        var copied = new Copied(extent, piece.fromOffset);
        InputBlocks input = inputs.get(extent.objectKey());
        try {
            for (int i = 0; i < piece.blocks && input != null; i++) {
                input.next().visitFrames(piece.fromOffset, copied);
            }
            copied.end();
        } catch (CorruptException e) {
            throw new DamagedInputException(extent.objectKey(), e);
        }
    }

    /** Copies an extent's frames and checks that they follow each other and fill the extent. */
    private final class Copied implements Block.FrameVisitor {
        private final CoreImage.Extent extent;
        private final long fromOffset;
        private long expected;
        private boolean begun;

        Copied(CoreImage.Extent extent, long fromOffset) {
            this.extent = extent;
            this.fromOffset = fromOffset;
            this.expected = extent.startOffset();
        }

        @Override
        public boolean frame(long baseOffset, long nextOffset, ByteBuffer frame) {
            if (baseOffset >= extent.endOffset()) {
                return false;
            }
            if (!begun) {
                begun = true;
                boolean trimmed = baseOffset > expected && baseOffset <= fromOffset;
                gapTo(trimmed ? baseOffset : expected);
            }
            requireNext(baseOffset);
            writer.add(frame);
            expected = nextOffset;
            return true;
        }

        private void gapTo(long offset) {
            while (expected < offset) {
                ByteBuffer gap = GapFrame.of(extent.streamId(), expected, offset);
                writer.add(gap);
                expected = Math.min(offset, expected + Integer.MAX_VALUE);
            }
        }

        /** Ends the extent; one that was trimmed as a whole has no block, and becomes a gap. */
        void end() {
            if (!begun && fromOffset >= extent.endOffset()) {
                gapTo(extent.endOffset());
            }
            requireNext(extent.endOffset());
        }

        private void requireNext(long offset) {
            if (expected != offset) {
                throw new CorruptException(
                        "object %s: stream %d should go on at offset %d, but there is %d"
                                .formatted(
                                        extent.objectKey(), extent.streamId(), expected, offset));
            }
        }
    }
}
