package io.oxbow.s3stream.composite;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.image.CoreImage;
import java.util.function.IntFunction;

/** Constants of the composite format, and the coding of entries. */
final class CompositeFormat {

    static final long HEADER_MAGIC = 0x4f58424f57434d50L; // "OXBOWCMP"
    static final long FOOTER_MAGIC = 0x4f58424f57434d45L; // "OXBOWCME"
    static final int VERSION = 2;

    /** Version that has no time of append for the objects that a composite owns. */
    static final int FIRST_VERSION = 1;

    static final int HEADER_BYTES = 16;
    static final int LINE_BYTES = 44;
    static final int FOOTER_BYTES = 40;

    /** Size in bytes that a block aims at. */
    static final int BLOCK_BYTES = 64 << 10;

    /** Least bytes that an entry takes. */
    static final int LEAST_ENTRY_BYTES = 6;

    private CompositeFormat() {}

    /** State of the delta coding: the values of the entry before in the same block. */
    static final class Deltas {
        private long streamId;
        private long endOffset;
        private long object;
        private long timestamp;

        void write(CoreImage.Entry entry, int objectNumber, BinaryWriter out) {
            long delta = entry.streamId() - streamId;
            out.varint(delta);
            out.varint(delta == 0 ? entry.startOffset() - endOffset : entry.startOffset());
            out.varint(entry.endOffset() - entry.startOffset());
            out.signedVarint(objectNumber - object);
            out.varint(entry.bytes());
            out.signedVarint(entry.maxTimestamp() - timestamp);
            streamId = entry.streamId();
            endOffset = entry.endOffset();
            object = objectNumber;
            timestamp = entry.maxTimestamp();
        }

        /**
         * Reads the next entry.
         *
         * @return its bytes
         */
        long read(BinaryReader in) {
            long delta = in.natural();
            long start = (delta == 0 ? endOffset : 0) + in.natural();
            long end = start + in.natural();
            streamId += delta;
            object += in.signedVarint();
            long bytes = in.natural();
            timestamp += in.signedVarint();
            if (streamId < 0 || start < 0 || end <= start) {
                throw in.corrupt(
                        "an entry of stream %d at [%d, %d)".formatted(streamId, start, end));
            }
            startOffset = start;
            endOffset = end;
            return bytes;
        }

        private long startOffset;

        long streamId() {
            return streamId;
        }

        long endOffset() {
            return endOffset;
        }

        /** Returns the entry that was read last. */
        CoreImage.Entry entry(long bytes, IntFunction<OwnedObject> owned) {
            OwnedObject in = owned.apply((int) Math.clamp(object, -1, Integer.MAX_VALUE));
            if (in.level() > 0) {
                return new CoreImage.Part(
                        streamId,
                        startOffset,
                        endOffset,
                        in.key(),
                        in.size(),
                        in.level(),
                        bytes,
                        timestamp,
                        in.appendedMillis());
            }
            return new CoreImage.Extent(
                    streamId,
                    startOffset,
                    endOffset,
                    in.key(),
                    in.size(),
                    bytes,
                    timestamp,
                    in.appendedMillis());
        }
    }
}
