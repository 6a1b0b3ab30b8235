package io.oxbow.s3stream.config;

/**
 * How much of the streams' extents the metadata image holds; the rest is in composite objects.
 * Immutable; validated when made.
 *
 * @param residentEntries extents and parts of all streams together above which some are archived
 * @param entriesPerStream raises that bound where there are many streams: it is never below that
 *     many times their number
 * @param longestStream entries of one stream above which that stream's are archived
 * @param objectsPerComposite how many objects one composite may own, about
 */
public record ArchiveConfig(
        int residentEntries, int entriesPerStream, int longestStream, int objectsPerComposite) {

    public ArchiveConfig {
        requireAtLeast("residentEntries", residentEntries, 8);
        requireAtLeast("entriesPerStream", entriesPerStream, 2);
        requireAtLeast("longestStream", longestStream, 8);
        requireAtLeast("objectsPerComposite", objectsPerComposite, 2);
    }

    /**
     * An entry takes about eight bytes in a snapshot, so the defaults cost less than two megabytes,
     * or 128 bytes a stream.
     */
    public static ArchiveConfig defaults() {
        return new ArchiveConfig(200_000, 16, 1024, 16_384);
    }

    /** How many entries the image may hold. */
    public long bound(int streams) {
        return Math.max(residentEntries, (long) entriesPerStream * streams);
    }

    /**
     * How many entries one composite is to list, about: bounds the memory for writing one, and the
     * time for which the image is locked while it is applied.
     */
    public int entriesPerComposite() {
        return residentEntries / 2;
    }

    private static void requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "%s is %d, but must be at least %d".formatted(name, value, least));
        }
    }
}
