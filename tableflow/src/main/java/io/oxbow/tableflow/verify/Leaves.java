package io.oxbow.tableflow.verify;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a record or a row holds, as {@code path = value} lines that do not depend on column types.
 */
final class Leaves {

    private final List<String> lines = new ArrayList<>();

    void text(String path, String value) {
        lines.add(path + "=s:" + value);
    }

    void bool(String path, boolean value) {
        lines.add(path + "=t:" + value);
    }

    void whole(String path, BigInteger value) {
        decimal(path, new BigDecimal(value));
    }

    void whole(String path, long value) {
        whole(path, BigInteger.valueOf(value));
    }

    /** Numbers are equal when their values are, however they are kept. */
    void decimal(String path, BigDecimal value) {
        lines.add(path + "=n:" + (value.signum() == 0 ? "0" : value.stripTrailingZeros()));
    }

    void floating(String path, double value) {
        if (Double.isFinite(value)) {
            decimal(path, new BigDecimal(value));
        } else {
            lines.add(path + "=n:" + value);
        }
    }

    void bytes(String path, byte[] value) {
        lines.add(path + "=b:" + HexFormat.of().formatHex(value));
    }

    void bytes(String path, ByteBuffer value) {
        byte[] copy = new byte[value.remaining()];
        value.duplicate().get(copy);
        bytes(path, copy);
    }

    /** A date or a time of any kind, in its own canonical text. */
    void time(String path, Object value) {
        lines.add(path + "=d:" + value);
    }

    void nullable(String path, byte @Nullable [] value) {
        if (value == null) {
            lines.add(path + "=null");
        } else {
            bytes(path, value);
        }
    }

    /** 64 bits of FNV-1a over the sorted lines, mixed once more. */
    long hash() {
        List<String> sorted = new ArrayList<>(lines);
        Collections.sort(sorted);
        long hash = 0xcbf29ce484222325L;
        for (String line : sorted) {
            for (int i = 0; i < line.length(); i++) {
                hash = (hash ^ line.charAt(i)) * 0x100000001b3L;
            }
            hash = (hash ^ 0xffff_ffffL) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        return hash * 0x9e3779b97f4a7c15L;
    }

    @Override
    public String toString() {
        List<String> sorted = new ArrayList<>(lines);
        Collections.sort(sorted);
        return sorted.toString();
    }
}
