package io.oxbow.simulation.world;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * The fixed part of a slot of the metadata log, read by its documented grammar and not by the code
 * under test.
 */
record SlotHeader(
        int type,
        long slot,
        int leaderEpoch,
        int nodeId,
        UUID incarnation,
        UUID putId,
        UUID prevPutId,
        String prevHash) {

    static final int TAKEOVER = 1;
    static final int DATA = 2;
    static final int RESIGN = 3;

    private static final int MAGIC = 0x4F584D4C;
    private static final int HASH_BYTES = 32;
    private static final int APPEND_TIME_POSITION = 128;
    private static final int CONTENT_POSITION = 136;
    private static final int TYPE_POSITION = 6;

    static SlotHeader read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt() != MAGIC || in.getShort() != 1) {
            throw new IllegalArgumentException("not a slot of version 1");
        }
        int type = in.get();
        in.get();
        uuid(in);
        long slot = in.getLong();
        int leaderEpoch = in.getInt();
        int nodeId = in.getInt();
        UUID incarnation = uuid(in);
        UUID putId = uuid(in);
        UUID prevPutId = uuid(in);
        byte[] prevHash = new byte[HASH_BYTES];
        in.get(prevHash);
        return new SlotHeader(
                type,
                slot,
                leaderEpoch,
                nodeId,
                incarnation,
                putId,
                prevPutId,
                HexFormat.of().formatHex(prevHash));
    }

    /** Returns the time at which the slot was written, in milliseconds by its writer's clock. */
    static long appendTimeMillis(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong(APPEND_TIME_POSITION);
    }

    /** Returns the core family's records of a slot, encoded; none unless it is DATA. */
    static List<byte[]> coreRecords(byte[] bytes) {
        if (bytes[TYPE_POSITION] != DATA) {
            return List.of();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).position(CONTENT_POSITION);
        long batches = varint(in);
        for (long i = 0; i < batches; i++) {
            byteStrings(in);
        }
        return byteStrings(in);
    }

    private static List<byte[]> byteStrings(ByteBuffer in) {
        long count = varint(in);
        List<byte[]> strings = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            byte[] each = new byte[(int) varint(in)];
            in.get(each);
            strings.add(each);
        }
        return strings;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static UUID uuid(ByteBuffer in) {
        return new UUID(in.getLong(), in.getLong());
    }
}
