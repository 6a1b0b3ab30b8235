package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.CoreRecordCodec;
import java.util.List;
import java.util.UUID;

/** Encodes and decodes forwarded appends and their answers; the package has the grammar. */
public final class AppendCodec {

    private static final int DONE = 0;
    private static final int NOT_MADE = 1;
    private static final int UNKNOWN = 2;

    private AppendCodec() {}

    /**
     * Records for one leadership of one process.
     *
     * @param callee incarnation of the process that is meant
     */
    public record Request(UUID callee, int leaderEpoch, List<CoreRecord> records) {}

    public static byte[] write(Request request) {
        var out = new BinaryWriter(256);
        out.uuid(request.callee());
        out.varint(request.leaderEpoch());
        out.varint(request.records().size());
        request.records().forEach(record -> out.sized(CoreRecordCodec.encode(record)));
        return out.toByteArray();
    }

    public static Request readRequest(byte[] bytes) {
        var in = new BinaryReader("forwarded append", bytes);
        UUID callee = in.uuid();
        int leaderEpoch = CoreRecordCodec.int31(in);
        List<CoreRecord> records =
                CoreRecordCodec.list(in, 3, () -> CoreRecordCodec.decode(in.sized()));
        in.end();
        return new Request(callee, leaderEpoch, records);
    }

    public static byte[] write(AppendAnswer answer) {
        var out = new BinaryWriter(64);
        switch (answer) {
            case AppendAnswer.Done(var results, var slot) -> {
                out.int8(DONE);
                out.varint(slot);
                out.varint(results.size());
                results.forEach(result -> ApplyResultCodec.write(result, out));
            }
            case AppendAnswer.NotMade(var why) -> {
                out.int8(NOT_MADE);
                out.string(why);
            }
            case AppendAnswer.Unknown(var why) -> {
                out.int8(UNKNOWN);
                out.string(why);
            }
        }
        return out.toByteArray();
    }

    public static AppendAnswer readAnswer(byte[] bytes) {
        var in = new BinaryReader("answer to an append", bytes);
        int type = in.int8();
        AppendAnswer answer =
                switch (type) {
                    case DONE -> done(in);
                    case NOT_MADE -> new AppendAnswer.NotMade(in.string());
                    case UNKNOWN -> new AppendAnswer.Unknown(in.string());
                    default -> throw in.corrupt("answer type " + type + " is not known");
                };
        in.end();
        return answer;
    }

    private static AppendAnswer done(BinaryReader in) {
        long slot = in.natural();
        return new AppendAnswer.Done(ApplyResultCodec.readAll(in), slot);
    }
}
