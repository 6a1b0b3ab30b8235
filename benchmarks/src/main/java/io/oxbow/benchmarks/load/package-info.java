/** The load generator: a process that does clients' work, the same for every server. */
@NullMarked
package io.oxbow.benchmarks.load;

import org.jspecify.annotations.NullMarked;
