/**
 * Shows that the simulation would notice a broken rule. Each rule of the design is broken in a copy
 * of the engine's own source, compiled in memory, and some seed must fail.
 *
 * <p>{@code Mutants} is the table, {@code MutantTest} runs it. A mutant is an edit of a source
 * file's text; when the text is no longer there, the test says so, and the table follows the code.
 */
package io.oxbow.simulation.mutant;
