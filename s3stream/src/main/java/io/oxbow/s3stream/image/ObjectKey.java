package io.oxbow.s3stream.image;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Name of a data object. It carries who wrote it, so that an uncommitted object of a fenced epoch
 * is known to be garbage without any clock.
 *
 * @param number grows by one per object of a node epoch, from 0
 */
public record ObjectKey(int nodeId, long nodeEpoch, long number) {

    /** Under which all data objects lie. */
    public static final String ROOT = "objects/";

    /** How many prefixes the objects are spread over. */
    public static final int PREFIXES = 256;

    private static final Pattern FORM =
            Pattern.compile(ROOT + "([0-9a-f]{2})/([0-9]{1,10})-([0-9]{1,19})-([0-9]{1,19})");

    /** The key in the bucket, relative to the lineage. */
    public String path() {
        String name = nodeId + "-" + nodeEpoch + "-" + number;
        var hash = new CRC32C();
        hash.update(name.getBytes(StandardCharsets.US_ASCII));
        return prefix((int) (hash.getValue() & 0xff)) + name;
    }

    /** The {@code index}th of the {@link #PREFIXES} prefixes. */
    public static String prefix(int index) {
        return ROOT + "%02x/".formatted(index);
    }

    /** What {@code path} says, empty if it is not a data object's key. */
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
