/** A node, put together: its store, its write-ahead log, broker, tables and HTTP address. */
@NullMarked
package io.oxbow.node.server;

import org.jspecify.annotations.NullMarked;
