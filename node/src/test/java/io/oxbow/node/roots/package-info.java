/** Failures of every thread, timer, listener and handler of a node, injected one by one. */
@NullMarked
package io.oxbow.node.roots;

import org.jspecify.annotations.NullMarked;
