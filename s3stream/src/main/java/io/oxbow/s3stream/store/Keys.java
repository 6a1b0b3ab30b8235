package io.oxbow.s3stream.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/** Rules for keys of objects, and their order. */
public final class Keys {

    /** Greatest size of a key in bytes, prefixes included; S3's own limit. */
    private static final int SIZE_MAX = 1024;

    /** Order of S3's listings: by UTF-8 bytes, which is by code point, not by UTF-16 unit. */
    public static final Comparator<String> ORDER = Keys::compare;

    private Keys() {}

    /**
     * Returns the key if every store takes such a key.
     *
     * @throws IllegalArgumentException if not; the message says why
     */
    public static String checked(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("an object key must not be empty");
        }
        if (key.getBytes(StandardCharsets.UTF_8).length > SIZE_MAX) {
            throw new IllegalArgumentException(
                    "object key is longer than %d bytes: %s".formatted(SIZE_MAX, key));
        }
        checkCharacters(key);
        for (String segment : key.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException(
                        "object key has an empty, '.' or '..' segment: " + key);
            }
        }
        return key;
    }

    private static int compare(String left, String right) {
        int shorter = Math.min(left.length(), right.length());
        for (int i = 0; i < shorter; i++) {
            char l = left.charAt(i);
            char r = right.charAt(i);
            if (l != r) {
                boolean beyond = Character.isSurrogate(l);
                // A surrogate stands for a code point above all that fit into one char.
                return beyond == Character.isSurrogate(r) ? l - r : beyond ? 1 : -1;
            }
        }
        return left.length() - right.length();
    }

    /** Returns the URI of the object {@code key} below {@code location}. */
    public static URI below(URI location, String key) {
        try {
            String path = new URI(null, null, "/" + key, null).getRawPath();
            return URI.create(location + path);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no URI can be made of key " + key, e);
        }
    }

    private static void checkCharacters(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c < ' ' || c == 0x7f || c == '\\') {
                throw new IllegalArgumentException(
                        "object key has character 0x%02x at %d: %s".formatted((int) c, i, key));
            }
        }
    }
}
