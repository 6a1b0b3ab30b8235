package io.oxbow.benchmarks.scenario;

import java.util.List;
import java.util.Map;

/** The figures of one run of one contender; notes say what to know about it. */
public record Figures(Map<Quantity, Double> values, List<String> notes) {}
