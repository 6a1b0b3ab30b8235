package io.oxbow.s3stream.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Secret text that is never printed: {@link #toString} hides it, only {@link #reveal} returns it.
 */
public final class Secret {

    /** Text that is printed in the place of a secret. */
    public static final String HIDDEN = "(hidden)";

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    public static Secret of(String text) {
        return new Secret(text);
    }

    /** Returns the text itself, for signing or opening something. */
    public String reveal() {
        return text;
    }

    public boolean isEmpty() {
        return text.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(bytes(text), bytes(secret.text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return HIDDEN;
    }
}
