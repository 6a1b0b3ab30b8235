/** Hostile clients against a node in a process of its own, beside clients that behave well. */
@NullMarked
package io.oxbow.node.hostile;

import org.jspecify.annotations.NullMarked;
