package io.oxbow.benchmarks.compare;

import java.util.List;

/** The result of a metric. */
sealed interface Result {

    Metric metric();

    /**
     * @param ratio what the table shows beside the target
     */
    record Measured(Metric metric, List<Pair> runs, Spread ratio, List<String> notes)
            implements Result {

        double oxbow() {
            return Spread.of(runs.stream().map(Pair::oxbow).toList()).median();
        }

        double peer() {
            return Spread.of(runs.stream().map(Pair::peer).toList()).median();
        }

        /** Returns the figure that the target is about. */
        double bounded() {
            return metric.target().of() == Target.Of.OXBOW ? oxbow() : ratio.median();
        }

        /**
         * Returns the factor by which the figure is as bad as the target allows: at most 1 when it
         * is met.
         */
        double distance() {
            double target = metric.target().value();
            return metric.target().direction() == Target.Direction.LOWER
                    ? bounded() / target
                    : target / bounded();
        }

        boolean isMet() {
            return metric.target().isMetBy(bounded());
        }
    }

    record Missing(Metric metric, String reason) implements Result {}

    /** The figures of one alternation; a peer that there is not has no number. */
    record Pair(double oxbow, double peer) {
        double ratio() {
            return oxbow / peer;
        }
    }

    /**
     * Returns the result of the alternations that there are; {@code notes} say what became of
     * others.
     */
    static Result of(Metric metric, List<Pair> runs, List<String> notes) {
        if (runs.isEmpty()) {
            return new Missing(
                    metric, notes.isEmpty() ? "not measured yet" : String.join("; ", notes));
        }
        boolean own = metric.target().of() == Target.Of.OWN_RATIO;
        List<Double> ratios = runs.stream().map(each -> own ? each.oxbow() : each.ratio()).toList();
        return new Measured(
                metric, List.copyOf(runs), Spread.of(ratios), notes.stream().distinct().toList());
    }
}
