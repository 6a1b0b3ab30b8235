package io.oxbow.s3stream.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A text that is used and never shown: {@link #toString} hides it, only {@link #reveal} tells. */
public final class Secret {

    /** Stands in the place of a secret wherever one is printed. */
    public static final String HIDDEN = "(hidden)";

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    public static Secret of(String text) {
        return new Secret(text);
    }

    /** The text itself, for the one who signs or opens something with it. */
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
