/** Ways to use a server that is measured, and those who contend. */
@NullMarked
package io.oxbow.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
