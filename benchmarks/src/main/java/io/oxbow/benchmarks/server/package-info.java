/** Servers as processes: their start, their usage of resources, and their removal. */
@NullMarked
package io.oxbow.benchmarks.server;

import org.jspecify.annotations.NullMarked;
