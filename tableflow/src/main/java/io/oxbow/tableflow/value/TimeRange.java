package io.oxbow.tableflow.value;

/**
 * The range of each type of date and time in a table: what every engine can read back. A day goes
 * to its last microsecond; years from 1 to 9999, as SQL has them.
 */
public final class TimeRange {

    private static final long DAY_MICROS = 86_400_000_000L;
    private static final long DAY_MILLIS = 86_400_000;
    private static final long DAY_MIN = -719_162;
    private static final long DAY_MAX = 2_932_896;
    private static final long MICROS_MIN = DAY_MIN * DAY_MICROS;
    private static final long MICROS_MAX = (DAY_MAX + 1) * DAY_MICROS - 1;
    private static final long MILLIS_MIN = DAY_MIN * DAY_MILLIS;
    private static final long MILLIS_MAX = (DAY_MAX + 1) * DAY_MILLIS - 1;

    private TimeRange() {}

    /** Returns true if a timestamp column holds that many milliseconds since 1970. */
    public static boolean holdsMillis(long millis) {
        return MILLIS_MIN <= millis && millis <= MILLIS_MAX;
    }

    /** Converts milliseconds to microseconds since 1970. */
    static long ofMillis(long millis) {
        if (!holdsMillis(millis)) {
            throw beyond("a timestamp of %d milliseconds, beyond the years 1 to 9999", millis);
        }
        return millis * 1_000;
    }

    static long ofMicros(long micros) {
        if (micros < MICROS_MIN || micros > MICROS_MAX) {
            throw beyond("a timestamp of %d microseconds, beyond the years 1 to 9999", micros);
        }
        return micros;
    }

    static int ofDays(int days) {
        if (days < DAY_MIN || days > DAY_MAX) {
            throw beyond("a date of %d days, beyond the years 1 to 9999", days);
        }
        return days;
    }

    /** Converts milliseconds to microseconds of a day. */
    static long timeOfMillis(int millis) {
        if (millis < 0 || millis >= DAY_MILLIS) {
            throw beyond("a time of %d milliseconds, beyond a day", millis);
        }
        return millis * 1_000L;
    }

    static long timeOfMicros(long micros) {
        if (micros < 0 || micros >= DAY_MICROS) {
            throw beyond("a time of %d microseconds, beyond a day", micros);
        }
        return micros;
    }

    private static BadRecordException beyond(String what, long value) {
        return new BadRecordException(what.formatted(value));
    }
}
