package io.oxbow.tableflow.verify;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Leaves of a record or a row, as {@code path = value} lines that do not depend on column types.
 */
final class Leaves {

    /** Hash of each line: lines themselves may come to many times the size of their values. */
    private long[] lines = new long[16];

    private int size;

    private void add(String line) {
        if (size == lines.length) {
            lines = Arrays.copyOf(lines, 2 * size);
        }
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < line.length(); i++) {
            hash = (hash ^ line.charAt(i)) * 0x100000001b3L;
        }
        lines[size++] = hash;
    }

    void text(String path, String value) {
        add(path + "=s:" + value);
    }

    void bool(String path, boolean value) {
        add(path + "=t:" + value);
    }

    void whole(String path, BigInteger value) {
        decimal(path, new BigDecimal(value));
    }

    void whole(String path, long value) {
        whole(path, BigInteger.valueOf(value));
    }

    /** Adds a number; numbers are equal when their values are, however they are kept. */
    void decimal(String path, BigDecimal value) {
        add(path + "=n:" + (value.signum() == 0 ? "0" : value.stripTrailingZeros()));
    }

    void floating(String path, double value) {
        if (Double.isFinite(value)) {
            decimal(path, new BigDecimal(value));
        } else {
            add(path + "=n:" + value);
        }
    }

    void bytes(String path, byte[] value) {
        add(path + "=b:" + HexFormat.of().formatHex(value));
    }

    void bytes(String path, ByteBuffer value) {
        byte[] copy = new byte[value.remaining()];
        value.duplicate().get(copy);
        bytes(path, copy);
    }

    /** Adds a date or a time of any kind, in its own canonical text. */
    void time(String path, Object value) {
        add(path + "=d:" + value);
    }

    void nullable(String path, byte @Nullable [] value) {
        if (value == null) {
            add(path + "=null");
        } else {
            bytes(path, value);
        }
    }

    /** Returns 64 bits of FNV-1a over the sorted hashes of the lines, mixed once more. */
    long hash() {
        Arrays.sort(lines, 0, size);
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < size; i++) {
            for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
                hash = (hash ^ (lines[i] >>> shift & 0xff)) * 0x100000001b3L;
            }
        }
        hash ^= hash >>> 32;
        return hash * 0x9e3779b97f4a7c15L;
    }
}
