/**
 * Comparison of Oxbow and its peer in alternation, with the results as ratios, a table, JSON and a
 * picture.
 */
@NullMarked
package io.oxbow.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
