package io.oxbow.benchmarks.cluster;

import io.oxbow.benchmarks.scenario.Scenario;

/** Scenario of several nodes, which {@code bench cluster} runs. */
public interface ClusterScenario extends Scenario {}
