package io.oxbow.tableflow.value;

import org.apache.avro.util.Utf8;

/** Text that stays in the bytes that it came in. */
final class Utf8Text {

    private Utf8Text() {}

    /**
     * @throws BadRecordException when the bytes are not UTF-8, which no engine could read
     */
    static Utf8 of(byte[] bytes) {
        if (!isAscii(bytes)) {
            for (int at = 0; at < bytes.length; ) {
                at = next(bytes, at);
            }
        }
        return new Utf8(bytes);
    }

    private static boolean isAscii(byte[] bytes) {
        byte all = 0;
        for (byte b : bytes) {
            all |= b;
        }
        return all >= 0;
    }

    /**
     * Returns the start of the next character: past one to four bytes in the shortest form of a
     * code point that is no surrogate.
     *
     * @throws BadRecordException when there is no such sequence
     */
    static int next(byte[] bytes, int at) {
        int lead = bytes[at] & 0xff;
        if (lead < 0x80) {
            return at + 1;
        }
        int second = at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0;
        int length = lengthOf(lead, second);
        boolean whole = length > 0 && at + length <= bytes.length;
        for (int i = 2; whole && i < length; i++) {
            whole = (bytes[at + i] & 0xc0) == 0x80;
        }
        if (!whole) {
            throw new BadRecordException("text is not UTF-8: byte %02x at %d".formatted(lead, at));
        }
        return at + length;
    }

    /**
     * Returns the length of a sequence by its first two bytes; 0 for bytes that may not begin one.
     */
    private static int lengthOf(int lead, int second) {
        if ((second & 0xc0) != 0x80) {
            return 0;
        }
        if (lead >= 0xc2 && lead <= 0xdf) {
            return 2;
        }
        if (lead >= 0xe0 && lead <= 0xef) {
            boolean overlong = lead == 0xe0 && second < 0xa0;
            boolean surrogate = lead == 0xed && second >= 0xa0;
            return overlong || surrogate ? 0 : 3;
        }
        if (lead >= 0xf0 && lead <= 0xf4) {
            boolean overlong = lead == 0xf0 && second < 0x90;
            boolean beyondUnicode = lead == 0xf4 && second >= 0x90;
            return overlong || beyondUnicode ? 0 : 4;
        }
        return 0;
    }
}
