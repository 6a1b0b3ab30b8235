package io.oxbow.s3stream.config;

/**
 * Bounds on the extents that the metadata image holds; older ones move to composite objects.
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
     * Returns the default bounds, of less than two megabytes, or 128 bytes a stream, at about eight
     * bytes of a snapshot for each entry.
     */
    public static ArchiveConfig defaults() {
        return new ArchiveConfig(200_000, 16, 1024, 16_384);
    }

    /**
     * Returns the number of entries (extents and parts) that the image may hold for that many
     * streams.
     */
    public long bound(int streams) {
        return Math.max(residentEntries, (long) entriesPerStream * streams);
    }

    /**
     * Returns the number of entries that one composite should list, about. It bounds the memory for
     * writing a composite, and the time for which applying it locks the image.
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
