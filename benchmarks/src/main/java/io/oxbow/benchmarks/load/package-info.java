/**
 * The load generator: a process of its own that clients' work is done in, the same for every
 * server.
 */
@NullMarked
package io.oxbow.benchmarks.load;

import org.jspecify.annotations.NullMarked;
