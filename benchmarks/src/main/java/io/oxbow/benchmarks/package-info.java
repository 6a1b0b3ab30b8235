/** The commands of {@code bin/bench}. */
@NullMarked
package io.oxbow.benchmarks;

import org.jspecify.annotations.NullMarked;
