/**
 * Calls between the nodes of a cluster, over gRPC.
 *
 * <p>A method is a name and bytes: the formats are those of {@code io.oxbow.s3stream.peer} and
 * Kafka's own, so there is no second schema and no generated code. {@link
 * io.oxbow.node.rpc.RpcServer} takes calls, {@link io.oxbow.node.rpc.RpcPeers} makes them. Each
 * method has a lane of its own: so many calls at once and no queue, so that background work never
 * stands before a commit.
 */
@NullMarked
package io.oxbow.node.rpc;

import org.jspecify.annotations.NullMarked;
