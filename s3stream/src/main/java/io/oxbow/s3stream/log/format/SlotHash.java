package io.oxbow.s3stream.log.format;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of a slot object's bytes, as four big-endian words. */
public record SlotHash(long first, long second, long third, long fourth) {

    public static final SlotHash NONE = new SlotHash(0, 0, 0, 0);

    public static SlotHash of(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return read(new BinaryReader("hash", digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static SlotHash read(BinaryReader in) {
        return new SlotHash(in.int64(), in.int64(), in.int64(), in.int64());
    }

    void write(BinaryWriter out) {
        out.int64(first);
        out.int64(second);
        out.int64(third);
        out.int64(fourth);
    }
}
