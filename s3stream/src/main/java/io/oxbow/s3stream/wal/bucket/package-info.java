/**
 * Write-ahead log of one node in the bucket, without any disk.
 *
 * <p>{@link io.oxbow.s3stream.wal.bucket.BucketWal} is where to start. Writing reads {@code
 * BucketWriteAheadLog} → {@code ObjectBuilder} (gives records their place) → {@code ObjectPutters}
 * with {@code PutPipeline} (what is put when) → {@code Creation} → the store; {@code
 * CoveredObjects} deletes what the metadata log covers. Recovery is {@code FencedBucketWal}, by the
 * node itself or by any other.
 *
 * <h2>Protocol</h2>
 *
 * <p>A node epoch's log is a run of objects at keys {@code wal/<node>/<nodeEpoch>/<seq>}, each put
 * only if its key is free. A few puts are under way at once; commits complete strictly in order of
 * {@code seq}. After an unknown outcome the same bytes are put to the same key again; when the key
 * turns out to be taken, the object there says by its {@code putId} whether an earlier attempt made
 * it. What cannot be put stays un-acked, memory for appends runs out, and producers wait.
 *
 * <p>Whoever recovers the log puts a FENCE at the first free {@code seq} at or after the position
 * that the metadata log covers, after the node epoch was fenced there and the recovery claimed.
 * What lies before the first FENCE is all that the log ever acked: a put of the dead writer that
 * comes later meets the FENCE, and the writer fails. FENCEs are never deleted: to the store, a key
 * that was deleted is free.
 *
 * <p>What the store has listed decides nothing but what is deleted after recovery, and whether an
 * acked object has vanished. The model {@code object-wal.pml} shows what each rule is for.
 *
 * <h2>Cost</h2>
 *
 * <p>An append after a pause is put at once; under traffic one object is put per interval (100 ms
 * unless configured), or per 8 MiB when that is reached earlier; none while idle. That is at most
 * 36,000 puts an hour at 100 ms and 14,400 at 250 ms, whatever the number of streams and producers,
 * plus 128 for each GiB written. Deletes go by up to 1,000 keys, one request per upload. Sealing
 * whenever nothing is under way would cost some 100,000 puts an hour at a store that takes 30 ms. A
 * start costs one put and one listing of the node's earlier logs. A recovery costs one read per
 * object that is not covered, one put and one listing; of an epoch that acked nothing, none at all.
 *
 * <h2>Threading</h2>
 *
 * <p>Appenders give records their place under the log's gate and copy and checksum them outside of
 * it. A few threads seal (one at a time) and put (side by side); one completes commits; one
 * deletes.
 *
 * <h2>Bytes</h2>
 *
 * <p>Big-endian; every checksum is CRC32C.
 *
 * <pre>
 * object      := header frame*      frames in a DATA object alone
 *
 * header (80 bytes)
 *    0  magic        int64   "OXBKTWAL"
 *    8  version      int16   1
 *   10  kind         int16   0 DATA, 1 FENCE, 2 START
 *   12  nodeId       int32   as in the key
 *   16  nodeEpoch    int64   as in the key
 *   24  seq          int64   as in the key; 0 for START, then from 1
 *   32  putId        16      random per object made
 *   48  madeBy       int64   node epoch that put it
 *   56  ackedSeq     int64   all objects below were durable when this was sealed
 *   64  bodyBytes    int32   of the frames
 *   68  count        int32   of frames
 *   72  bodyCrc      int32   of the frames
 *   76  headerCrc    int32   of bytes 0 to 76
 *
 * frame       see {@link io.oxbow.s3stream.wal.RecordFrame}
 *
 * LSN         := seq * 2^25 + offset in the object
 * </pre>
 *
 * <p>Objects need no chain: key and header name node, epoch and {@code seq}, one process writes an
 * epoch (START is put only if free), and no key is given other bytes.
 */
@NullMarked
package io.oxbow.s3stream.wal.bucket;

import org.jspecify.annotations.NullMarked;
