/** Where the CPU time of the produce path goes: samples of stacks, sorted into steps. */
@NullMarked
package io.oxbow.benchmarks.steps;

import org.jspecify.annotations.NullMarked;
