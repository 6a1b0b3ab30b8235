/** Sockets, frames, pipelined requests; replies leave in order. */
@NullMarked
package io.oxbow.broker.network;

import org.jspecify.annotations.NullMarked;
