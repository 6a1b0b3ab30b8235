package io.oxbow.s3stream.log.format;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.UUID;

/**
 * Question of a newcomer whether the leader of an epoch lives. The answer is the same bytes under
 * the question's own name.
 *
 * @param id random; names the answer
 * @param leaderEpoch that is asked about
 * @param asker node id of the newcomer
 * @param incarnation of the newcomer
 */
public record Question(UUID id, int leaderEpoch, int asker, UUID incarnation) {

    private static final int MAGIC = 0x4F584D51; // OXMQ
    private static final int VERSION = 1;

    public byte[] encode() {
        var out = new BinaryWriter(64);
        out.int32(MAGIC);
        out.int16(VERSION);
        out.int16(0);
        out.uuid(id);
        out.int32(leaderEpoch);
        out.int32(asker);
        out.uuid(incarnation);
        out.crc32c(0);
        return out.toByteArray();
    }

    /**
     * @param what for messages: the object's key
     * @throws io.oxbow.s3stream.CorruptException when the bytes are not a question
     */
    public static Question decode(String what, byte[] bytes) {
        var in = new BinaryReader(what, bytes);
        if (in.int32() != MAGIC) {
            throw in.corrupt("not a question to the leader of a metadata log");
        }
        int version = in.int16();
        if (version != VERSION) {
            throw in.corrupt("version %d is not known, %d is".formatted(version, VERSION));
        }
        in.int16();
        var question = new Question(in.uuid(), in.int32(), in.int32(), in.uuid());
        in.crc32c(0);
        in.end();
        return question;
    }
}
