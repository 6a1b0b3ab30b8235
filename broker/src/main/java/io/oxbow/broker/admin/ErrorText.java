package io.oxbow.broker.admin;

import org.apache.kafka.common.requests.ApiError;
import org.jspecify.annotations.Nullable;

/**
 * Texts of errors, fit for a reply. They repeat names and values that a client made up: a reply's
 * field takes 32,767 bytes, and a terminal should see characters that it would hide or obey.
 */
final class ErrorText {

    /** The longest text, in characters, of which neither end is left out. */
    private static final int CHARS_MAX = 4_000;

    private static final String LEFT_OUT = " … ";

    private ErrorText() {}

    /** Returns a text without its middle if it is long, with odd characters escaped. */
    static @Nullable String of(@Nullable String text) {
        if (text == null) {
            return null;
        }
        var shown = new StringBuilder();
        shorten(text)
                .chars()
                .forEach(c -> {
                    if (isHidden(c)) {
                        shown.append("\\u%04x".formatted(c));
                    } else {
                        shown.append((char) c);
                    }
                });
        return shown.toString();
    }

    static ApiError of(ApiError error) {
        return new ApiError(error.error(), of(error.message()));
    }

    private static String shorten(String text) {
        if (text.length() <= CHARS_MAX) {
            return text;
        }
        int half = CHARS_MAX / 2;
        return text.substring(0, half) + LEFT_OUT + text.substring(text.length() - half);
    }

    private static boolean isHidden(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            case Character.SPACE_SEPARATOR -> character != ' ';
            default -> false;
        };
    }
}
