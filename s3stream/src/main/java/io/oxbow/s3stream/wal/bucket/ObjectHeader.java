package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.CorruptException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Header of every object of the log; the grammar is in the package's documentation.
 *
 * @param key where it lies
 * @param putId random per object made, the same in every attempt to put it: by it one knows one's
 *     own object from another's
 * @param madeBy node epoch that put it: the log's own, or of the one that fenced it
 * @param ackedSeq all objects below were durable when this one was sealed
 * @param body what follows
 */
record ObjectHeader(Kind kind, WalKey key, UUID putId, long madeBy, long ackedSeq, BodySize body) {

    static final int BYTES = 80;

    private static final long MAGIC = 0x4f58_424b_5457_414cL; // "OXBKTWAL"
    private static final short VERSION = 1;
    private static final int CRC_AT = BYTES - Integer.BYTES;

    /** Kind of an object. The codes are written and never change. */
    enum Kind {
        /** The object holds records. */
        DATA(0),
        /** The object ends this epoch's log: nobody writes the log from here on. Stays for ever. */
        FENCE(1),
        /** The object shows that the log was begun. */
        START(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static Kind of(int code, String where) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new CorruptException(where + " is of unknown kind " + code);
        }
    }

    /** Size, count and checksum of the frames behind a header. */
    record BodySize(int bytes, int count, int crc) {
        static final BodySize NONE = new BodySize(0, 0, 0);
    }

    /** Makes a header without frames behind it. */
    static ObjectHeader bare(Kind kind, WalKey key, UUID putId, long madeBy) {
        return new ObjectHeader(kind, key, putId, madeBy, 0, BodySize.NONE);
    }

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putLong(MAGIC).putShort(VERSION).putShort((short) kind.code);
        out.putInt(key.nodeId()).putLong(key.nodeEpoch()).putLong(key.seq());
        out.putLong(putId.getMostSignificantBits()).putLong(putId.getLeastSignificantBits());
        out.putLong(madeBy).putLong(ackedSeq);
        out.putInt(body.bytes).putInt(body.count).putInt(body.crc);
        out.putInt(crc(out));
        return out.flip();
    }

    /**
     * Reads the header at the position of {@code source}, which moves behind the header.
     *
     * @throws CorruptException when that is no header of the object at {@code expected}
     */
    static ObjectHeader decode(ByteBuffer source, WalKey expected) {
        String where = "WAL object " + expected;
        if (source.remaining() < BYTES) {
            throw new CorruptException(
                    "%s has %d bytes, its header alone has %d"
                            .formatted(where, source.remaining(), BYTES));
        }
        ByteBuffer in = source.slice(source.position(), BYTES);
        if (in.getLong() != MAGIC) {
            throw new CorruptException(where + " does not begin like one");
        }
        short version = in.getShort();
        if (version != VERSION) {
            throw new CorruptException(
                    "%s has version %d; this is version %d".formatted(where, version, VERSION));
        }
        if (crc(in) != in.getInt(CRC_AT)) {
            throw new CorruptException(where + ": its header fails its checksum");
        }
        Kind kind = Kind.of(in.getShort(), where);
        var key = new WalKey(in.getInt(), in.getLong(), in.getLong());
        if (!key.equals(expected)) {
            throw new CorruptException("%s says that it is %s".formatted(where, key));
        }
        var putId = new UUID(in.getLong(), in.getLong());
        long madeBy = in.getLong();
        long ackedSeq = in.getLong();
        var body = new BodySize(in.getInt(), in.getInt(), in.getInt());
        source.position(source.position() + BYTES);
        return new ObjectHeader(kind, key, putId, madeBy, ackedSeq, body);
    }

    private static int crc(ByteBuffer header) {
        var crc = new CRC32C();
        crc.update(header.slice(0, CRC_AT));
        return (int) crc.getValue();
    }
}
