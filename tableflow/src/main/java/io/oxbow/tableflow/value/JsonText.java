package io.oxbow.tableflow.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Checks that bytes are text as JSON may be: UTF-8, and surrogates in pairs. */
final class JsonText {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = EACH << 7;
    private static final long BACKSLASHES = EACH * '\\';

    private JsonText() {}

    /**
     * Returns true if strings of the text may hold a surrogate, which only an escape can write.
     * Then each string wants {@link #checkPairs}.
     *
     * @throws BadRecordException when the bytes are not UTF-8
     */
    static boolean mayHoldSurrogates(byte[] bytes) {
        if (bytes.length > 1 && (bytes[0] == 0 || bytes[1] == 0)) {
            throw new BadRecordException("not JSON in UTF-8, but UTF-16 or UTF-32");
        }
        boolean found = false;
        for (int at = skipPlain(bytes, 0); at < bytes.length; at = skipPlain(bytes, at)) {
            if (bytes[at] == '\\') {
                found |= isSurrogate(bytes, at + 1);
                at += 2;
            } else {
                at = Utf8Text.next(bytes, at);
            }
        }
        return found;
    }

    /** Returns the index of the next backslash or character beyond ASCII, eight bytes at a time. */
    private static int skipPlain(byte[] bytes, int from) {
        int at = from;
        for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
            long word = (long) LONGS.get(bytes, at);
            long zeroWhereBackslash = word ^ BACKSLASHES;
            long stops = ((zeroWhereBackslash - EACH) & ~zeroWhereBackslash) | word;
            if ((stops & HIGH_BITS) != 0) {
                // The lowest mark is true; those above it may be the subtraction's borrow.
                return at + Long.numberOfTrailingZeros(stops & HIGH_BITS) / Byte.SIZE;
            }
        }
        while (at < bytes.length && bytes[at] >= 0 && bytes[at] != '\\') {
            at++;
        }
        return at;
    }

    /** Returns true at the escape of a code unit between D800 and DFFF. */
    private static boolean isSurrogate(byte[] bytes, int at) {
        return at + 2 < bytes.length
                && bytes[at] == 'u'
                && (bytes[at + 1] | 0x20) == 'd'
                && Character.digit(bytes[at + 2], 16) >= 8;
    }

    /**
     * @throws BadRecordException when a surrogate stands alone: no text has it, and no UTF-8
     */
    static void checkPairs(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair =
                        Character.isHighSurrogate(c)
                                && i + 1 < text.length()
                                && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new BadRecordException(
                            "not text: a lone surrogate U+%04X in a string".formatted((int) c));
                }
                i++;
            }
        }
    }
}
