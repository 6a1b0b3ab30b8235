/**
 * Fencing at the storage: a dead node's writes must not land while, or after, another node reads
 * its WAL.
 *
 * <p>A node that is believed dead may only be slow. Its WAL is therefore read in this order:
 *
 * <ol>
 *   <li>The node epoch is fenced in the metadata log: it can commit nothing any more.
 *   <li>The storage is fenced ({@link io.oxbow.s3stream.fence.StorageFence}): no write of its lands
 *       any more, none is under way. A fence that is not sure says so, and then nothing is read.
 *   <li>Only then the WAL is scanned.
 * </ol>
 *
 * <p>Scanning first would miss what the dead node writes, and acks, behind the scan.
 */
@NullMarked
package io.oxbow.s3stream.fence;

import org.jspecify.annotations.NullMarked;
