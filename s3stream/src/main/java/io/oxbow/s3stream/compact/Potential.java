package io.oxbow.s3stream.compact;

/**
 * Measure of compaction's progress: how often each byte's extent could still double before it is
 * long. An extent of w bytes, its own cost included, has {@code w · log2(S / w)}, and none once it
 * is S long: for each byte, how often the extent could still double. Joining extents lowers the
 * sum, for the function is concave and 0 at 0. An extent is good, and left alone, well before S:
 * where some just below good, joined, still gain what a step must gain. Stateless.
 */
final class Potential {

    /**
     * Cost of an extent, in bytes, besides its payload: a place in the image, an index entry, a
     * request.
     */
    static final long EXTENT_BYTES = 4 << 10;

    private final long goodBytes;
    private final double longest;

    Potential(long goodBytes, int gainBits) {
        this.goodBytes = goodBytes;
        this.longest = ((double) goodBytes + EXTENT_BYTES) * (1 << gainBits);
    }

    static double weight(long bytes) {
        return (double) bytes + EXTENT_BYTES;
    }

    double of(double weight) {
        return weight >= longest ? 0 : weight * Math.log(longest / weight) / Math.log(2);
    }

    double ofExtent(long bytes) {
        return of(weight(bytes));
    }

    boolean isGood(long bytes) {
        return bytes >= goodBytes;
    }

    /**
     * Returns the least by which the potential falls when extents are joined.
     *
     * @param sum of the potentials of the extents
     * @param weights of the extents
     * @param bytes of the extents
     */
    double gain(double sum, double weights, long bytes) {
        // Counted as if all the extents' own costs stayed: otherwise two tiny extents would be
        // worth
        // a step.
        return sum - Math.max(of(weights), ofExtent(bytes));
    }
}
