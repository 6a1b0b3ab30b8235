/** Scenarios of three nodes: moves, failures, stops, and what they cost. */
@NullMarked
package io.oxbow.benchmarks.cluster;

import org.jspecify.annotations.NullMarked;
