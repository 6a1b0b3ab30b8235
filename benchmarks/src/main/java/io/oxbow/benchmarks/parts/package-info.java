/** The parts of the produce and fetch paths by themselves, under JMH. */
@NullMarked
package io.oxbow.benchmarks.parts;

import org.jspecify.annotations.NullMarked;
