/**
 * Description of a cluster's nodes, for people and their tools.
 *
 * <p>Each node tells the leader of the metadata log a {@link io.oxbow.node.member.NodeStatus} with
 * its signs of life; {@link io.oxbow.node.member.ClusterView} puts these beside what the images
 * know. Nothing here decides about a node.
 */
@NullMarked
package io.oxbow.node.member;

import org.jspecify.annotations.NullMarked;
