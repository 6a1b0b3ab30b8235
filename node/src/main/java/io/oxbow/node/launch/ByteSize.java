package io.oxbow.node.launch;

import java.util.Locale;

/**
 * Parses and formats sizes as people write them: a number of bytes, or one with k, m or g behind
 * it.
 */
public final class ByteSize {

    private static final String UNITS = "kmg";
    private static final int UNIT_BITS = 10;

    private ByteSize() {}

    /**
     * Reads {@code 1073741824}, {@code 1024m}, {@code 1g}, {@code 1GiB}.
     *
     * @throws IllegalArgumentException when it is none of these, or no number of bytes
     */
    public static long parse(String key, String given) {
        String text = given.strip().toLowerCase(Locale.ROOT);
        String digits = text.replaceFirst("(?<=[0-9])(i?b)$|(?<=[kmg])(i?b)$", "");
        int unit = digits.isEmpty() ? -1 : UNITS.indexOf(digits.charAt(digits.length() - 1));
        if (unit >= 0) {
            digits = digits.substring(0, digits.length() - 1);
        }
        try {
            long factor = 1L << (UNIT_BITS * (unit + 1));
            long number = digits.matches("[0-9]+") ? Long.parseLong(digits) : -1;
            if (number >= 0) {
                return Math.multiplyExact(number, factor);
            }
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            throw new IllegalArgumentException(
                    "%s=%s is too large".formatted(key, given), tooLarge);
        }
        throw new IllegalArgumentException(
                "%s=%s is no size; write bytes, or a number with k, m or g behind it, such as 1g"
                        .formatted(key, given));
    }

    /** Formats a size in the largest unit that leaves no remainder. */
    public static String format(long bytes) {
        int unit = UNITS.length();
        while (unit > 0 && bytes % (1L << (UNIT_BITS * unit)) != 0) {
            unit--;
        }
        String number = String.valueOf(bytes >> (UNIT_BITS * unit));
        return unit == 0 ? number : number + UNITS.charAt(unit - 1);
    }
}
