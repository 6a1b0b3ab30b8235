package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecordCodec;
import java.util.List;

/** Encodes and decodes {@link ApplyResult}s; the package's documentation has the grammar. */
final class ApplyResultCodec {

    private static final int APPLIED = 0;
    private static final int ALREADY_APPLIED = 1;
    private static final int REGISTERED = 2;
    private static final int CLAIMED = 3;
    private static final int OPENED = 4;
    private static final int COMMITTED = 5;
    private static final int POINTER_SET = 6;
    private static final int POINTER_CONFLICT = 7;
    private static final int FENCED = 8;
    private static final int REFUSED = 9;

    private ApplyResultCodec() {}

    static void write(ApplyResult result, BinaryWriter out) {
        switch (result) {
            case ApplyResult.Applied ignored -> out.int8(APPLIED);
            case ApplyResult.AlreadyApplied ignored -> out.int8(ALREADY_APPLIED);
            case ApplyResult.Registered(var nodeEpoch, var unrecovered) -> {
                out.int8(REGISTERED);
                out.varint(nodeEpoch);
                out.varint(unrecovered.size());
                unrecovered.forEach(dead -> writeDead(dead, out));
            }
            case ApplyResult.Claimed(var dead) -> {
                out.int8(CLAIMED);
                writeDead(dead, out);
            }
            case ApplyResult.Opened(var streams) -> {
                out.int8(OPENED);
                out.varint(streams.size());
                for (ApplyResult.OpenedStream stream : streams) {
                    out.varint(stream.streamId());
                    out.varint(stream.streamEpoch());
                    out.varint(stream.startOffset());
                    out.varint(stream.endOffset());
                }
            }
            case ApplyResult.Committed(var ranges) -> {
                out.int8(COMMITTED);
                out.varint(ranges.size());
                ranges.forEach(accepted -> out.int8(accepted ? 1 : 0));
            }
            case ApplyResult.PointerSet(var version) -> {
                out.int8(POINTER_SET);
                out.varint(version);
            }
            case ApplyResult.PointerConflict(var version) -> {
                out.int8(POINTER_CONFLICT);
                out.varint(version);
            }
            case ApplyResult.Fenced(var why) -> {
                out.int8(FENCED);
                out.string(why);
            }
            case ApplyResult.Refused(var why) -> {
                out.int8(REFUSED);
                out.string(why);
            }
        }
    }

    static ApplyResult read(BinaryReader in) {
        int type = in.int8();
        return switch (type) {
            case APPLIED -> new ApplyResult.Applied();
            case ALREADY_APPLIED -> new ApplyResult.AlreadyApplied();
            case REGISTERED ->
                    new ApplyResult.Registered(
                            in.natural(), CoreRecordCodec.list(in, 6, () -> readDead(in)));
            case CLAIMED -> new ApplyResult.Claimed(readDead(in));
            case OPENED ->
                    new ApplyResult.Opened(
                            CoreRecordCodec.list(
                                    in,
                                    4,
                                    () ->
                                            new ApplyResult.OpenedStream(
                                                    in.natural(),
                                                    in.natural(),
                                                    in.natural(),
                                                    in.natural())));
            case COMMITTED ->
                    new ApplyResult.Committed(
                            CoreRecordCodec.list(in, 1, () -> CoreRecordCodec.flag(in)));
            case POINTER_SET -> new ApplyResult.PointerSet(in.natural());
            case POINTER_CONFLICT -> new ApplyResult.PointerConflict(in.natural());
            case FENCED -> new ApplyResult.Fenced(in.string());
            case REFUSED -> new ApplyResult.Refused(in.string());
            default -> throw in.corrupt("result type " + type + " is not known");
        };
    }

    private static void writeDead(ApplyResult.DeadEpoch dead, BinaryWriter out) {
        out.varint(dead.nodeId());
        out.varint(dead.nodeEpoch());
        CoreRecordCodec.writeWal(dead.walKind(), dead.walIds(), out);
        out.varint(dead.walLsns().size());
        dead.walLsns().forEach(out::varint);
        out.varint(dead.lastCommitSeq());
    }

    private static ApplyResult.DeadEpoch readDead(BinaryReader in) {
        return new ApplyResult.DeadEpoch(
                CoreRecordCodec.int31(in),
                in.natural(),
                CoreRecordCodec.readWalKind(in),
                CoreRecordCodec.readWalIds(in),
                CoreRecordCodec.list(in, 1, in::natural),
                in.natural());
    }

    static List<ApplyResult> readAll(BinaryReader in) {
        return CoreRecordCodec.list(in, 1, () -> read(in));
    }
}
