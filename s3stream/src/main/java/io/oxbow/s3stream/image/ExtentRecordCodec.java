package io.oxbow.s3stream.image;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.ArrayList;
import java.util.List;

/** Encodes and decodes the bodies of records that replace extents. */
final class ExtentRecordCodec {

    private ExtentRecordCodec() {}

    static void write(CoreRecord.CompactObjects record, BinaryWriter out) {
        writeNumbers(record.nodeId(), record.nodeEpoch(), record.settledBelow(), out);
        writeReplacement(record.inputs(), record.outputs(), out);
    }

    static CoreRecord.CompactObjects readCompact(BinaryReader in) {
        return new CoreRecord.CompactObjects(
                CoreRecordCodec.int31(in),
                in.natural(),
                in.natural(),
                CoreRecordCodec.list(in, 1, in::string),
                readObjects(in));
    }

    static void write(CoreRecord.RewriteExtents record, BinaryWriter out) {
        writeNumbers(record.nodeId(), record.nodeEpoch(), record.settledBelow(), out);
        writeReplacement(record.inputs(), record.outputs(), out);
    }

    static CoreRecord.RewriteExtents readRewrite(BinaryReader in) {
        return new CoreRecord.RewriteExtents(
                CoreRecordCodec.int31(in),
                in.natural(),
                in.natural(),
                CoreRecordCodec.list(in, 1, in::string),
                readObjects(in));
    }

    private static void writeNumbers(
            int nodeId, long nodeEpoch, long settledBelow, BinaryWriter out) {
        out.varint(nodeId);
        out.varint(nodeEpoch);
        out.varint(settledBelow);
    }

    private static void writeReplacement(
            List<String> inputs, List<CoreRecord.NewObject> outputs, BinaryWriter out) {
        writeKeys(inputs, out);
        out.varint(outputs.size());
        outputs.forEach(output -> NewObjectCodec.write(output, out));
    }

    private static List<CoreRecord.NewObject> readObjects(BinaryReader in) {
        return CoreRecordCodec.list(in, NewObjectCodec.LEAST_BYTES, () -> NewObjectCodec.read(in));
    }

    static void write(CoreRecord.ArchiveExtents record, BinaryWriter out) {
        writeNumbers(record.nodeId(), record.nodeEpoch(), record.settledBelow(), out);
        CoreRecord.Composite composite = record.composite();
        out.string(composite.key());
        out.varint(composite.size());
        out.varint(composite.level());
        out.varint(composite.parts().size());
        long previousId = 0;
        for (CoreRecord.Part part : composite.parts()) {
            out.varint(part.streamId() - previousId);
            out.varint(part.startOffset());
            out.varint(part.endOffset() - part.startOffset());
            previousId = part.streamId();
        }
        writeKeys(record.owned(), out);
    }

    static CoreRecord.ArchiveExtents readArchive(BinaryReader in) {
        return new CoreRecord.ArchiveExtents(
                CoreRecordCodec.int31(in),
                in.natural(),
                in.natural(),
                readComposite(in),
                CoreRecordCodec.list(in, 1, in::string));
    }

    private static CoreRecord.Composite readComposite(BinaryReader in) {
        String key = in.string();
        long size = in.natural();
        int level = CoreRecordCodec.int31(in);
        int count = in.count(3);
        var parts = new ArrayList<CoreRecord.Part>(count);
        long streamId = 0;
        for (int i = 0; i < count; i++) {
            streamId += in.natural();
            long start = in.natural();
            parts.add(new CoreRecord.Part(streamId, start, start + in.natural()));
        }
        return new CoreRecord.Composite(key, size, level, List.copyOf(parts));
    }

    private static void writeKeys(List<String> keys, BinaryWriter out) {
        out.varint(keys.size());
        keys.forEach(out::string);
    }
}
