/**
 * Sockets, frames, pipelined requests; replies leave in order.
 *
 * <p>{@link io.oxbow.broker.network.NetworkServer} listens. Each accepted socket has a {@code
 * FrameReceiver}, which cuts the bytes into frames (length, then body), and a {@code Connection},
 * which decodes a frame into a {@link io.oxbow.broker.network.Call}, gives it to the {@link
 * io.oxbow.broker.network.ApiHandler} of its API family, and writes the replies.
 *
 * <p><b>Threading.</b> Everything of one connection runs on its event loop, apart from {@link
 * io.oxbow.broker.network.Call}'s methods, which any thread may call.
 *
 * <p><b>Memory that clients make the node hold</b> counts against the budgets of {@link
 * io.oxbow.broker.network.ClientMemory}: frames from their first byte on, what is decoded of them,
 * and replies until they have left. Without room, a connection isn't read and its calls wait;
 * {@code MemoryRelief} closes those whose clients hold much and don't move. Only Produce is
 * pipelined: any other call is taken when the replies before its own have left.
 *
 * <p><b>Bounds.</b> A connection has a limited number of calls and of frame bytes under way,
 * counted until the reply's bytes have left; beyond that it stops reading its socket, so that TCP
 * slows the client down. A client that doesn't read its replies is slowed down by the same bound.
 *
 * <p><b>Memory.</b> A request's bytes are read from the socket straight into its frame; the records
 * of a Produce are views of that frame, which is released when the call has answered. A reply's
 * record bytes are written from where they lie.
 */
@NullMarked
package io.oxbow.broker.network;

import org.jspecify.annotations.NullMarked;
