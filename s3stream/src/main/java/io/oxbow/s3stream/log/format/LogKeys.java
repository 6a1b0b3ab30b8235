package io.oxbow.s3stream.log.format;

import io.oxbow.s3stream.CorruptException;
import java.util.UUID;

/** Keys of the log's objects, ordered as text in the order of slots. */
public final class LogKeys {

    public static final String SLOTS = "meta/log/";
    public static final String SNAPSHOTS = "meta/snap/";
    public static final String QUESTIONS = "meta/question/";
    public static final String ANSWERS = "meta/answer/";
    private static final int SLOT_DIGITS = 20;

    private LogKeys() {}

    public static String slot(long slot) {
        return SLOTS + digits(slot);
    }

    public static String snapshot(long slot, UUID putId) {
        return SNAPSHOTS + digits(slot) + "-" + putId;
    }

    /**
     * Returns the key of the only question to the leader of an epoch, so that a leader looks by a
     * single GET.
     */
    public static String question(int leaderEpoch) {
        return QUESTIONS + digits(leaderEpoch);
    }

    public static String answer(UUID question) {
        return ANSWERS + question;
    }

    /** Returns the slot that the key of a slot's or a snapshot's object names. */
    public static long slotOf(String key) {
        int from = key.startsWith(SLOTS) ? SLOTS.length() : SNAPSHOTS.length();
        try {
            if (key.length() < from + SLOT_DIGITS) {
                throw new NumberFormatException("too short");
            }
            return Long.parseLong(key, from, from + SLOT_DIGITS, 10);
        } catch (NumberFormatException e) {
            throw new CorruptException("object %s does not belong here".formatted(key));
        }
    }

    private static String digits(long slot) {
        String number = Long.toString(slot);
        return "0".repeat(SLOT_DIGITS - number.length()) + number;
    }
}
