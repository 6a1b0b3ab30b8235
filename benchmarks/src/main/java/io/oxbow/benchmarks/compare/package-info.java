/** Oxbow and its peer in alternation, and what comes of it: ratios, a table, JSON and a picture. */
@NullMarked
package io.oxbow.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
