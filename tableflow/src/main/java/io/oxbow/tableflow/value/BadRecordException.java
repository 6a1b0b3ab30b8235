package io.oxbow.tableflow.value;

import org.jspecify.annotations.Nullable;

/** A record that cannot become a row; it goes to the quarantine. Has no stack trace: it is data. */
public final class BadRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Longest reason; reasons quote what came in, which may be long. */
    private static final int REASON_LENGTH_MAX = 500;

    private final @Nullable Integer schemaId;

    public BadRecordException(String message, @Nullable Integer schemaId) {
        super(bounded(message), null, false, false);
        this.schemaId = schemaId;
    }

    public BadRecordException(String message) {
        this(message, null);
    }

    /** Wraps an error that nobody expected: whatever it is, one record caused it. */
    public static BadRecordException because(Throwable unexpected) {
        return new BadRecordException("it cannot become a row: " + unexpected);
    }

    /** Cuts a message to its bound, without lone halves of surrogate pairs, which no UTF-8 has. */
    private static String bounded(String message) {
        String cut =
                message.length() > REASON_LENGTH_MAX
                        ? message.substring(0, REASON_LENGTH_MAX) + "…"
                        : message;
        return cut.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? 0xfffd : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Returns the registered schema that the record names, if decoding got so far. */
    public @Nullable Integer schemaId() {
        return schemaId;
    }
}
