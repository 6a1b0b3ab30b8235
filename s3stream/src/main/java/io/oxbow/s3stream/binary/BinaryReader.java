package io.oxbow.s3stream.binary;

import io.oxbow.s3stream.CorruptException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Reads numbers and bytes that {@link BinaryWriter} wrote, and throws {@link CorruptException}
 * where the bytes cannot be its output. Not thread-safe; never changes the array.
 */
public final class BinaryReader {

    private static final VarHandle INT16 = view(short[].class);
    private static final VarHandle INT32 = view(int[].class);
    private static final VarHandle INT64 = view(long[].class);

    private final String what;
    private final byte[] bytes;
    private final int end;
    private int position;

    /**
     * @param what is being read, for messages
     */
    public BinaryReader(String what, byte[] bytes) {
        this(what, bytes, 0, bytes.length);
    }

    private BinaryReader(String what, byte[] bytes, int position, int end) {
        this.what = what;
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    private static VarHandle view(Class<?> type) {
        return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.BIG_ENDIAN);
    }

    public int position() {
        return position;
    }

    public int remaining() {
        return end - position;
    }

    public byte int8() {
        return bytes[advance(1)];
    }

    public short int16() {
        return (short) INT16.get(bytes, advance(2));
    }

    public int int32() {
        return (int) INT32.get(bytes, advance(4));
    }

    public long int64() {
        return (long) INT64.get(bytes, advance(8));
    }

    public UUID uuid() {
        return new UUID(int64(), int64());
    }

    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = int8();
            if (shift == 63 && (next & 0xFE) != 0) {
                break;
            }
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw corrupt("a varint of more than 64 bits");
    }

    public long signedVarint() {
        long folded = varint();
        return (folded >>> 1) ^ -(folded & 1);
    }

    /** Reads a varint that must not be negative. */
    public long natural() {
        long value = varint();
        if (value < 0) {
            throw corrupt("a number beyond 63 bits");
        }
        return value;
    }

    /**
     * Reads a count of items, checked against the bytes left, of which each item takes at least
     * {@code bytesEach}.
     */
    public int count(int bytesEach) {
        long value = varint();
        if (value < 0 || value > remaining() / Math.max(1, bytesEach)) {
            throw corrupt("a count of " + Long.toUnsignedString(value));
        }
        return (int) value;
    }

    public void skip(int count) {
        advance(count);
    }

    public byte[] raw(int count) {
        int from = advance(count);
        return Arrays.copyOfRange(bytes, from, from + count);
    }

    public byte[] sized() {
        return raw(count(1));
    }

    public String string() {
        int length = count(1);
        int from = advance(length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw corrupt("text that is not UTF-8");
        }
    }

    /** Returns a reader of its own for the next {@code count} bytes, and skips them. */
    public BinaryReader slice(String part, int count) {
        int from = advance(count);
        return new BinaryReader(what + ", " + part, bytes, from, from + count);
    }

    /** Reads a CRC32C and compares it with the checksum of all bytes since {@code from}. */
    public void crc32c(int from) {
        var crc = new CRC32C();
        crc.update(bytes, from, position - from);
        int actual = (int) crc.getValue();
        int written = int32();
        if (actual != written) {
            throw corrupt("a CRC of %08x where the bytes have %08x".formatted(written, actual));
        }
    }

    /** Checks that no bytes are left. */
    public void end() {
        if (position != end) {
            throw corrupt(remaining() + " bytes too many");
        }
    }

    /**
     * Returns an exception, to be thrown when the bytes have an impossible value, with the
     * position.
     */
    public CorruptException corrupt(String problem) {
        return new CorruptException("%s: %s, before byte %d".formatted(what, problem, position));
    }

    private int advance(int count) {
        if (count < 0 || count > end - position) {
            throw new CorruptException(
                    "%s: ends at byte %d, %d wanted at %d".formatted(what, end, count, position));
        }
        int from = position;
        position += count;
        return from;
    }
}
