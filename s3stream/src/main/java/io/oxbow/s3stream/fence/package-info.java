/**
 * Fencing at the storage: a dead node's writes must not land while, or after, another node reads
 * its write-ahead log.
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
 *
 * <h2>Kinds</h2>
 *
 * <ul>
 *   <li>{@link io.oxbow.s3stream.fence.ReservationFence}: persistent reservations of a block device
 *       ({@link io.oxbow.s3stream.fence.KernelReservations}). Its counterpart is {@link
 *       io.oxbow.s3stream.fence.WriterReservation}, which a node takes before it writes the first
 *       byte. Fencing can only take away what writers had to take first.
 *   <li>{@link io.oxbow.s3stream.fence.ConfirmedFence}: somebody outside detaches the volume or
 *       ends the machine, and confirms it ({@link io.oxbow.s3stream.fence.OperatorProgram}).
 *   <li>{@link io.oxbow.s3stream.fence.OwnMachineFence}: the volume is on this machine and locked
 *       by this process.
 * </ul>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>A fence that does not know says unknown. Only {@code Fenced} allows the scan.
 *   <li>Asking again is harmless, from the same node or another, at any time, whatever step an
 *       earlier fencer died at.
 *   <li>What was fenced stays fenced until another writer takes the volume over, with a newer
 *       epoch.
 * </ul>
 *
 * <h2>Threading</h2>
 *
 * <p>Everything blocks; what asks a device blocks in the kernel and is for disk threads. Fences are
 * thread-safe; a {@link io.oxbow.s3stream.fence.PersistentReservations} is for one thread at a
 * time.
 */
@NullMarked
package io.oxbow.s3stream.fence;

import org.jspecify.annotations.NullMarked;
