/**
 * The program: {@link io.oxbow.node.Main} is the entry of {@code bin/oxbow}.
 *
 * <p>{@code server.Node} is the composition root of a node: the only place that sees every part.
 * Adapters that implement one part's interface over another's live beside it.
 */
@NullMarked
package io.oxbow.node;

import org.jspecify.annotations.NullMarked;
