package io.oxbow.benchmarks.steps;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Number of samples in each step. */
record Samples(Map<Step, Long> counts) {

    /** Counts the samples in lines of a collapsed profile: a stack, a space, a count. */
    static Samples of(List<String> lines) {
        Map<Step, Long> counts = new EnumMap<>(Step.class);
        for (String line : lines) {
            int space = line.lastIndexOf(' ');
            if (space > 0) {
                long count = Long.parseLong(line.substring(space + 1));
                counts.merge(Step.of(line.substring(0, space)), count, Long::sum);
            }
        }
        return new Samples(counts);
    }

    double shareOf(Step step) {
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        return all == 0 ? 0 : counts.getOrDefault(step, 0L) / (double) all;
    }
}
