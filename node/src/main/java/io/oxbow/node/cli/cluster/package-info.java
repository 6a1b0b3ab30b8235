/** The commands {@code oxbow node} and {@code oxbow cluster}. */
@NullMarked
package io.oxbow.node.cli.cluster;

import org.jspecify.annotations.NullMarked;
