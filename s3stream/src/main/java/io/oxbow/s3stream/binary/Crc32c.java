package io.oxbow.s3stream.binary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * CRC32C (RFC 3720, appendix B.4) with arithmetic on checksums: that of a concatenation from those
 * of its parts. So bytes whose checksum is known are never read again for the checksum of what
 * contains them. Stateless.
 */
public final class Crc32c {

    private static final int POLYNOMIAL = 0x82f63b78;

    /**
     * Greatest length for which the tables here are faster than a view of the buffer and a call
     * into the JVM.
     */
    private static final int SHORT_BYTES = 128;

    /**
     * Tables for eight bytes at a time: table {@code i} is for a byte with {@code i} bytes behind
     * it.
     */
    private static final int[][] BYTES = byteTables();

    /**
     * Tables for zero bytes: table {@code 4k + i} maps byte {@code i} of a checksum to its value
     * after 2^k zero bytes.
     */
    private static final int[][] ZEROES = zeroTables();

    private Crc32c() {}

    /** Returns the checksum of {@code length} bytes from {@code position}. */
    public static int of(ByteBuffer buffer, int position, int length) {
        if (length <= SHORT_BYTES) {
            return ofShort(buffer, position, length);
        }
        var crc = new CRC32C();
        crc.update(buffer.slice(position, length));
        return (int) crc.getValue();
    }

    private static int ofShort(ByteBuffer buffer, int position, int length) {
        int register = -1;
        int at = position;
        int end = position + length;
        boolean reversed = buffer.order() == ByteOrder.BIG_ENDIAN;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            long bytes = reversed ? Long.reverseBytes(buffer.getLong(at)) : buffer.getLong(at);
            long next = bytes ^ (register & 0xffff_ffffL);
            register = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                register ^= BYTES[7 - i][(int) (next >>> (8 * i)) & 0xff];
            }
        }
        for (; at < end; at++) {
            register = (register >>> 8) ^ BYTES[0][(register ^ buffer.get(at)) & 0xff];
        }
        return ~register;
    }

    /**
     * Returns the checksum of a concatenation: bytes of checksum {@code first}, followed by {@code
     * secondLength} bytes of checksum {@code second}. The checksum of no bytes is 0.
     */
    public static int concat(int first, int second, int secondLength) {
        return shift(first, secondLength) ^ second;
    }

    /**
     * Returns a checksum's contribution to the checksum of a concatenation in which {@code zeroes}
     * bytes follow its own. Linear: {@code shift(a ^ b) = shift(a) ^ shift(b)}.
     */
    public static int shift(int crc, int zeroes) {
        int shifted = crc;
        for (int left = zeroes; left != 0; left &= left - 1) {
            int table = 4 * Integer.numberOfTrailingZeros(left);
            shifted =
                    ZEROES[table][shifted & 0xff]
                            ^ ZEROES[table + 1][(shifted >>> 8) & 0xff]
                            ^ ZEROES[table + 2][(shifted >>> 16) & 0xff]
                            ^ ZEROES[table + 3][shifted >>> 24];
        }
        return shifted;
    }

    private static int[][] byteTables() {
        var tables = new int[Long.BYTES][256];
        for (int value = 0; value < 256; value++) {
            int register = value;
            for (int bit = 0; bit < 8; bit++) {
                register = (register >>> 1) ^ ((register & 1) == 0 ? 0 : POLYNOMIAL);
            }
            tables[0][value] = register;
        }
        for (int i = 1; i < Long.BYTES; i++) {
            for (int value = 0; value < 256; value++) {
                int before = tables[i - 1][value];
                tables[i][value] = (before >>> 8) ^ tables[0][before & 0xff];
            }
        }
        return tables;
    }

    private static int[][] zeroTables() {
        var tables = new int[4 * (Integer.SIZE - 1)][256];
        for (int i = 0; i < 4; i++) {
            for (int value = 0; value < 256; value++) {
                int register = value << (8 * i);
                tables[i][value] = (register >>> 8) ^ BYTES[0][register & 0xff];
            }
        }
        for (int table = 4; table < tables.length; table++) {
            int half = 4 * (table / 4 - 1);
            for (int value = 0; value < 256; value++) {
                int once = tables[table - 4][value];
                tables[table][value] =
                        tables[half][once & 0xff]
                                ^ tables[half + 1][(once >>> 8) & 0xff]
                                ^ tables[half + 2][(once >>> 16) & 0xff]
                                ^ tables[half + 3][once >>> 24];
            }
        }
        return tables;
    }
}
