/** Metrics that a node publishes, by what is measured. */
@NullMarked
package io.oxbow.node.metrics;

import org.jspecify.annotations.NullMarked;
