/** CPU time of the produce path by its steps, from samples of stacks. */
@NullMarked
package io.oxbow.benchmarks.steps;

import org.jspecify.annotations.NullMarked;
