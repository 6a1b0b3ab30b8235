package io.oxbow.s3stream.image;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Key of a data object, which names its writer. So an uncommitted object of a fenced epoch is known
 * to be garbage without any clock.
 *
 * @param number grows by one per object of a node epoch, from 0
 */
public record ObjectKey(int nodeId, long nodeEpoch, long number) {

    /** Prefix of all data objects' keys. */
    public static final String ROOT = "objects/";

    /** Number of prefixes over which the objects are spread. */
    public static final int PREFIXES = 256;

    private static final Pattern FORM =
            Pattern.compile(ROOT + "([0-9a-f]{2})/([0-9]{1,10})-([0-9]{1,19})-([0-9]{1,19})");

    /** Returns the key in the bucket, relative to the lineage. */
    public String path() {
        String name = nodeId + "-" + nodeEpoch + "-" + number;
        var hash = new CRC32C();
        hash.update(name.getBytes(StandardCharsets.US_ASCII));
        return prefix((int) (hash.getValue() & 0xff)) + name;
    }

    /** Returns the {@code index}th of the {@link #PREFIXES} prefixes. */
    public static String prefix(int index) {
        return ROOT + "%02x/".formatted(index);
    }

    /** Parses a key; empty if {@code path} is not a data object's key. */
    public static Optional<ObjectKey> parse(String path) {
        var matcher = FORM.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            var key =
                    new ObjectKey(
                            Integer.parseInt(matcher.group(2)),
                            Long.parseLong(matcher.group(3)),
                            Long.parseLong(matcher.group(4)));
            return key.path().equals(path) ? Optional.of(key) : Optional.empty();
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return path();
    }
}
