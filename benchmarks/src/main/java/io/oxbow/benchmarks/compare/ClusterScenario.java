package io.oxbow.benchmarks.compare;

/** Scenario of several nodes, which {@code bench cluster} runs. */
interface ClusterScenario extends Scenario {}
