package io.oxbow.benchmarks.compare;

import java.util.Locale;

/** The bound of a metric, and the number that it is about. */
record Target(double value, Direction direction, Of of) {

    enum Direction {
        LOWER,
        HIGHER;

        String title() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Of {
        /** Oxbow's figure over its peer's. */
        RATIO,
        /** Oxbow's figure itself; the ratio stands beside it. */
        OXBOW,
        /** Oxbow's figure is itself a ratio of two of its own, and stands in the ratio's place. */
        OWN_RATIO;

        String title() {
            return this == OXBOW ? "oxbow" : "ratio";
        }
    }

    static Target most(double ratio) {
        return new Target(ratio, Direction.LOWER, Of.RATIO);
    }

    static Target least(double ratio) {
        return new Target(ratio, Direction.HIGHER, Of.RATIO);
    }

    static Target most(double value, Of of) {
        return new Target(value, Direction.LOWER, of);
    }

    boolean isMetBy(double figure) {
        return direction == Direction.LOWER ? figure <= value : figure >= value;
    }
}
