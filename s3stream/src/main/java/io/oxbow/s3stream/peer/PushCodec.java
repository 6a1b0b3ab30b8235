package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.image.CoreRecordCodec;
import java.util.List;
import java.util.UUID;

/** Encodes and decodes pushed slots and the answers to them; the package has the grammar. */
public final class PushCodec {

    private PushCodec() {}

    /**
     * Slots for one process.
     *
     * @param callee incarnation of the process that is meant
     */
    public record Request(UUID callee, List<byte[]> slots) {}

    public static byte[] write(Request request) {
        var out = new BinaryWriter(512);
        out.uuid(request.callee());
        out.varint(request.slots().size());
        request.slots().forEach(out::sized);
        return out.toByteArray();
    }

    public static Request readRequest(byte[] bytes) {
        var in = new BinaryReader("pushed slots", bytes);
        UUID callee = in.uuid();
        List<byte[]> slots = CoreRecordCodec.list(in, 1, in::sized);
        in.end();
        return new Request(callee, slots);
    }

    /** Encodes the last slot that is applied, or {@link PushLink#NO_ANSWER}. */
    public static byte[] writeAnswer(long applied) {
        var out = new BinaryWriter(8);
        out.varint(applied + 1);
        return out.toByteArray();
    }

    public static long readAnswer(byte[] bytes) {
        return new BinaryReader("answer to pushed slots", bytes).natural() - 1;
    }
}
