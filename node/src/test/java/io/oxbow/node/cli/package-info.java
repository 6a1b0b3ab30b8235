/** Tests of the command line without a node. */
@NullMarked
package io.oxbow.node.cli;

import org.jspecify.annotations.NullMarked;
