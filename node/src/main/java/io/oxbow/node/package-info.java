/**
 * One process: wires the parts, command line, HTTP.
 *
 * <p>{@link io.oxbow.node.Main} is the entry, {@code Node} the composition root: the only place
 * that sees every part. Adapters that implement one part's interface over another's live beside it.
 */
@NullMarked
package io.oxbow.node;

import org.jspecify.annotations.NullMarked;
