/** The command line: one class per command. A command talks to a node as any client would. */
@NullMarked
package io.oxbow.node.cli;

import org.jspecify.annotations.NullMarked;
