/**
 * Servers as processes: how they are started, what they use up, and that nothing is left of them.
 */
@NullMarked
package io.oxbow.benchmarks.server;

import org.jspecify.annotations.NullMarked;
