/** The commands about tables: {@code oxbow table …}. */
@NullMarked
package io.oxbow.node.cli.table;

import org.jspecify.annotations.NullMarked;
