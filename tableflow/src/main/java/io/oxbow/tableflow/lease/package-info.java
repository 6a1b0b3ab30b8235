/**
 * Leases of tables: which node of a cluster translates a topic and commits to its table.
 *
 * <p>{@link io.oxbow.tableflow.lease.TableLeases} is a node's part: it reads leases and workers
 * from the metadata log's pointers, and takes and gives what {@link
 * io.oxbow.tableflow.lease.LeasePlan} says. Nobody is asked and nobody gives work out: all nodes
 * compute the same plan from the same image, and the compare-and-set decides where images differ.
 *
 * <h2>Pointers</h2>
 *
 * <pre>
 * tableflow/workers/NODE     = nodeEpoch
 * tableflow/leases/TOPIC_ID  = nodeId nodeEpoch number
 * </pre>
 *
 * All of them varints. A worker counts while that epoch is its node's live one, and a lease while
 * its holder counts as a worker. Numbers of one table grow with each holder.
 */
@NullMarked
package io.oxbow.tableflow.lease;

import org.jspecify.annotations.NullMarked;
