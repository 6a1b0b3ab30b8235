/** Tests of the command line without a node. */
@NullMarked
package io.oxbow.node.cli.table;

import org.jspecify.annotations.NullMarked;
