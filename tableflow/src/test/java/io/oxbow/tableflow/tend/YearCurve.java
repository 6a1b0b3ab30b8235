package io.oxbow.tableflow.tend;

import io.oxbow.tableflow.tend.SimulatedYear.Look;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A curve over the looks of a simulated year, one that has to level off or one that is told. */
enum YearCurve {
    HEAP("live heap, MB", Growth.SAW, look -> look.heapBytes() / 1e6),
    METADATA("metadata.json, KB", Growth.LEVEL, look -> look.metadataBytes() / 1e3),
    MANIFESTS("manifests", Growth.PEAK, Look::manifests),
    FILES(
            "data files per partition",
            Growth.LEVEL,
            look -> (double) look.dataFiles() / look.partitions()),
    COMMIT_REQUESTS("requests of a commit", Growth.LEVEL, look -> look.commit().requests()),
    COMMIT_BYTES("KB moved by a commit", Growth.LEVEL, look -> look.commit().bytes() / 1e3),
    TENDING_REQUESTS(
            "requests of tending, per commit", Growth.SAW, look -> look.tending().requests()),
    OBJECTS(
            "objects in the bucket per partition",
            Growth.LEVEL,
            look -> (double) (look.data().objects() + look.other().objects()) / look.partitions()),
    OTHER_OBJECTS("objects of metadata", Growth.LEVEL, look -> look.other().objects()),
    BYTES(
            "bytes in the bucket per row",
            Growth.LEVEL,
            look -> (double) (look.data().bytes() + look.other().bytes()) / look.rows()),
    TENDING_BYTES(
            "KB moved by tending, per commit", Growth.TOLD, look -> look.tending().bytes() / 1e3),
    OTHER_BYTES("metadata in the bucket, MB", Growth.TOLD, look -> look.other().bytes() / 1e6),
    COMMIT_MILLIS("time of a commit, ms", Growth.TOLD, look -> look.commit().millis()),
    TENDING_MILLIS("time of tending, per commit, ms", Growth.TOLD, look -> look.tending().millis());

    /** Number of looks whose mean is compared: a tenth of the year and more, as curves are saws. */
    private static final int LOOKS_COMPARED = 10;

    private final String title;
    private final Growth growth;
    private final ToDoubleFunction<Look> value;

    YearCurve(String title, Growth growth, ToDoubleFunction<Look> value) {
        this.title = title;
        this.growth = growth;
        this.value = value;
    }

    String title() {
        return title;
    }

    /** Returns true if the second half adds no more than the curve may grow. */
    boolean levelsOff(List<Look> looks) {
        return growth(looks) <= growth.most;
    }

    double[] values(List<Look> looks) {
        return looks.stream().mapToDouble(value).toArray();
    }

    /** Returns the growth from the end of the first half to the end of the second; 0.02 is 2 %. */
    double growth(List<Look> looks) {
        double[] values = values(looks);
        int half = values.length / 2;
        return growth == Growth.PEAK
                ? greatest(values, half, values.length) / greatest(values, 0, half) - 1
                : mean(values, values.length) / mean(values, half) - 1;
    }

    private static double mean(double[] values, int end) {
        return Arrays.stream(values, end - LOOKS_COMPARED, end).average().orElseThrow();
    }

    private static double greatest(double[] values, int begin, int end) {
        return Arrays.stream(values, begin, end).max().orElseThrow();
    }

    /** Ways to judge a curve's growth in the second half. */
    private enum Growth {
        LEVEL(0.02),

        /** For a curve that goes up and down by a half, so that its mean is known to a tenth. */
        SAW(0.1),

        /** For a curve that falls at once and climbs again: its greatest value is compared. */
        PEAK(0.1),

        /** For a curve that is told, not judged. */
        TOLD(Double.MAX_VALUE);

        private final double most;

        Growth(double most) {
            this.most = most;
        }
    }
}
