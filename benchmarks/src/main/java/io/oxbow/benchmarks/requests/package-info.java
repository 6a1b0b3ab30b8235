/** Requests that a node makes to its bucket, counted by what a store bills for them. */
@NullMarked
package io.oxbow.benchmarks.requests;

import org.jspecify.annotations.NullMarked;
