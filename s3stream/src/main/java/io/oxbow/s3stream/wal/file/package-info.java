/**
 * A write-ahead log in a ring: in a file or on a block device, or several of them.
 *
 * <p>{@link io.oxbow.s3stream.wal.file.FileWalVolume} is where to start: it opens, scans and
 * starts. Writing then reads {@code FileWriteAheadLog} → {@code LogAppender} with {@code
 * BatchBuilder} (gives records their place) → {@code BatchWriters} with {@code WritePipeline}
 * (which batch is written when) → the disk; {@code RingSpace} says how far the log may go, {@code
 * WritePace} how fast. Recovery is {@code WalScan}; {@code RingReadBack} reads what a running log
 * still holds. {@link io.oxbow.s3stream.wal.file.StripedWalVolume} puts one log over several
 * volumes: an independent ring each, to which a stream is bound by a hash of its id.
 *
 * <h2>Threading</h2>
 *
 * <p>One lock ({@code LogState}) guards the bookkeeping of a running log and is never held over
 * I/O, copying or checksums. Appenders copy and checksum their own frames. A few disk threads seal
 * (one at a time) and write (side by side); the one whose write made batches durable completes
 * their appends, in LSN order.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>LSNs are ring bytes since the log's creation, headers and padding included. They only grow,
 *       and none is written twice: a node epoch starts above everything ever reserved.
 *   <li>An append completes after a sync that followed its batch's write, and after all before it.
 *   <li>No batch lies at or above the durable header's {@code reservedLsn}, which is at most a
 *       ring's length above the {@code trimLsn} in that same header. So nothing is overwritten
 *       before the header that gives it up is durable.
 *   <li>A file grows by zeroes alone, and batches go only below its end: pre-writing can never
 *       overwrite data, whenever it is interrupted.
 *   <li>Any I/O error, or a write that takes too long, fails the whole log, with all its volumes; a
 *       read error does when what cannot be read is still wanted.
 *   <li>Batches and pre-written zeroes of a volume keep to its rate over any stretch of time, but
 *       for a burst; headers count without waiting. While the rate is used up, batches grow.
 *   <li>A file system without room for the whole volume is refused at once; one that fills up while
 *       the file is pre-written fails the log, which says how much is missing.
 * </ul>
 *
 * <h2>Bytes</h2>
 *
 * <p>Big-endian; every checksum is CRC32C. All parts start at multiples of 4096.
 *
 * <pre>
 * volume      := superblock superblock headerSlot headerSlot ring
 *
 * superblock  (4096 bytes, zero padded; the higher generation counts)
 *    0  magic        int64   "OXBOWWAL"
 *    8  version      int32   1
 *   12  blockBytes   int32   4096
 *   16  walId        16      random, from the first format on
 *   32  generation   int64   grows when the ring is resized
 *   40  ringBytes    int64
 *   48  crc          int32   of bytes 0 to 48
 *
 * headerSlot  (4096 bytes, zero padded; sequence n lies in slot n mod 2; the highest counts)
 *    0  magic        int32   "OXHD"
 *    4  version      int32   1
 *    8  walId        16
 *   24  sequence     int64
 *   32  nodeEpoch    int64   -1 before the first start
 *   40  trimLsn      int64   start of the oldest batch still wanted
 *   48  reservedLsn  int64   nothing was written at or above
 *   56  crc          int32   of bytes 0 to 56
 *
 * ring        := batch*     a batch lies at its startLsn modulo ringBytes and never wraps
 *
 * batch       := batchHeader frame* zeroes-to-a-multiple-of-4096
 *
 * batchHeader (72 bytes)
 *    0  magic        int32   "OXBT"
 *    4  version      int16   1
 *    6  kind         int16   0 data, 1 PAD
 *    8  walId        16
 *   24  nodeEpoch    int64
 *   32  startLsn     int64
 *   40  length       int32   in the ring: header, frames, padding; a PAD's reaches the ring's end
 *   44  bodyLength   int32   of the frames
 *   48  count        int32   of frames
 *   52  prevBatchCrc int32   headerCrc of the batch before; 0 for a node epoch's first
 *   56  ackedLsn     int64   everything below was durable when this was sealed
 *   64  bodyCrc      int32   of the frames
 *   68  headerCrc    int32   of bytes 0 to 68
 *
 * frame       see {@link io.oxbow.s3stream.wal.RecordFrame}
 * </pre>
 *
 * <p>Of a PAD only the first block is written. A scan accepts a batch when it lies where its
 * startLsn says, has this walId, follows the one before by checksum, has an epoch that doesn't
 * fall, and its checksums hold. Beyond the first that does not, up to reservedLsn, it looks for a
 * batch whose ackedLsn lies past the stop: then something acked was damaged. When one header slot
 * is unreadable, the newest header may be lost with it, so that look goes once round the ring.
 *
 * <h2>Formatting</h2>
 *
 * <p>A file is formatted when its first superblock and header are blank; a block device, which has
 * its size for good and may be something else's, only when its first and last MiB are. It is
 * claimed exclusively (O_EXCL), so that it cannot be mounted, too, and its ring is not pre-written:
 * what an earlier owner left there has another walId, if any.
 *
 * <p>Header first, then the second superblock, then the first, each durable before the next: a
 * volume with a blank first superblock and no header beyond the first was never used.
 */
@NullMarked
package io.oxbow.s3stream.wal.file;

import org.jspecify.annotations.NullMarked;
