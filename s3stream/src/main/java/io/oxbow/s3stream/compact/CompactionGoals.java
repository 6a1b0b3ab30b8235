package io.oxbow.s3stream.compact;

/**
 * Goals of compaction: lengths of runs, sizes of objects, and the gain that a step must have.
 * Immutable; validated when made.
 *
 * @param singleBytes a run at least this long is good for ever, and gets an object of its own when
 *     it is made
 * @param objectBytes aim for the size of an output
 * @param inputsMax objects read in one step
 * @param gainBits a run is made only of extents that become, on average over their bytes, at least
 *     two to this power times as long; the write amplification falls as it grows, and extents grow
 *     in number
 * @param sharedObjectsMax with more objects of many streams than that, steps are taken for less
 *     gain, without pausing, and objects are merged for their number's sake
 * @param runsMax extents and runs of one step, which bounds its memory and its record
 */
public record CompactionGoals(
        long singleBytes,
        long objectBytes,
        int inputsMax,
        int gainBits,
        int sharedObjectsMax,
        int runsMax) {

    public CompactionGoals {
        require(singleBytes >= 1, "singleBytes", singleBytes, "at least 1");
        require(
                objectBytes >= singleBytes,
                "objectBytes",
                objectBytes,
                "at least singleBytes, " + singleBytes);
        require(gainBits >= 2 && gainBits <= 6, "gainBits", gainBits, "from 2 to 6");
        require(
                inputsMax >= 1 << gainBits,
                "inputsMax",
                inputsMax,
                "at least two to the power of gainBits, " + (1 << gainBits));
        require(sharedObjectsMax >= 2, "sharedObjectsMax", sharedObjectsMax, "at least 2");
        require(runsMax >= inputsMax, "runsMax", runsMax, "at least inputsMax, " + inputsMax);
    }

    /**
     * Returns the defaults: runs of 2 MiB are left alone, objects have 256 MiB, and a step has
     * sixteen inputs. At a request for each run of 2 MiB, a reader's window of several of them
     * keeps any bucket busy, and uploads of a busy stream are that long from the start; shorter
     * runs are joined to eight times that and more. Sixteen inputs make runs sixteen times as long
     * for one copy.
     */
    public static CompactionGoals defaults() {
        return new CompactionGoals(2L << 20, 256L << 20, 16, 3, 100, 30_000);
    }

    static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s is %s, but must be %s".formatted(name, value, allowed));
        }
    }
}
