package io.oxbow.s3stream.image;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes and decodes {@link CoreRecord.NewObject}s; the grammar is in the package's documentation.
 */
final class NewObjectCodec {

    /** Least bytes that an object takes, without key and ranges. */
    static final int LEAST_BYTES = 3;

    private static final int LEAST_RANGE_BYTES = 6;

    private NewObjectCodec() {}

    static void write(CoreRecord.NewObject object, BinaryWriter out) {
        out.string(object.key());
        out.varint(object.size());
        out.varint(object.ranges().size());
        long previousId = 0;
        long previousTimestamp = 0;
        for (CoreRecord.Range range : object.ranges()) {
            out.varint(range.streamId() - previousId);
            out.varint(range.streamEpoch());
            out.varint(range.startOffset());
            out.varint(range.count());
            out.varint(range.bytes());
            out.signedVarint(range.maxTimestamp() - previousTimestamp);
            previousId = range.streamId();
            previousTimestamp = range.maxTimestamp();
        }
    }

    static CoreRecord.NewObject read(BinaryReader in) {
        String key = in.string();
        long size = in.natural();
        int count = in.count(LEAST_RANGE_BYTES);
        var ranges = new ArrayList<CoreRecord.Range>(count);
        long streamId = 0;
        long timestamp = 0;
        for (int i = 0; i < count; i++) {
            streamId += in.natural();
            long epoch = in.natural();
            long start = in.natural();
            long offsets = in.natural();
            long bytes = in.natural();
            timestamp += in.signedVarint();
            ranges.add(new CoreRecord.Range(streamId, epoch, start, offsets, bytes, timestamp));
        }
        return new CoreRecord.NewObject(key, size, List.copyOf(ranges));
    }
}
