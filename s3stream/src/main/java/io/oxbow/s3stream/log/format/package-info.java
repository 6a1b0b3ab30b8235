/**
 * Formats of the metadata log: slots, questions with their answers, snapshots, and their keys.
 *
 * <h2>Bytes of a slot, {@code meta/log/<slot, 20 digits>}</h2>
 *
 * Big-endian; varints as in {@link io.oxbow.s3stream.binary}.
 *
 * <pre>
 * magic:int32 "OXML"  version:int16 (1)  type:int8 (1 TAKEOVER, 2 DATA, 3 RESIGN)  0:int8
 * clusterId:uuid  slot:int64  leaderEpoch:int32  nodeId:int32  incarnation:uuid  putId:uuid
 * prevPutId:uuid  prevHash:32 bytes (SHA-256 of the slot before)  applicationBaseOffset:int64
 * appendTimeMillis:int64
 * DATA:   list of (list of bytes)   the application's batches
 *         list of bytes             core records
 * RESIGN: successor:signed varint   -1 for any
 * crc:int32                         CRC32C of all before
 * </pre>
 *
 * A list is a count and its elements, bytes are a length and the bytes, both with varints. The slot
 * before the first has put id and hash zero.
 *
 * <h2>Bytes of a question, and of its answer</h2>
 *
 * <pre>
 * magic:int32 "OXMQ"  version:int16 (1)  0:int16  id:uuid  leaderEpoch:int32  asker node:int32
 * asker's incarnation:uuid  crc:int32 of all before
 * </pre>
 *
 * <h2>Bytes of a snapshot, {@code meta/snap/<slot, 20 digits>-<putId>}</h2>
 *
 * <pre>
 * magic:int32 "OXMS"  version:int16 (2)  0:int16  clusterId:uuid  putId:uuid
 * position: slot:int64  putId:uuid  hash:32 bytes  leaderEpoch:int32  leaderNode:int32
 *           leaderIncarnation:uuid  resigned:int8  applicationEnd:int64
 * imageSlot:int64  crc:int32 of all before
 * five sections, in order: id:int32  length:int64  content  crc:int32 of id, length and content
 *   1 takeovers:   count, then each slot's distance to the one before, as varints
 *   2 application: nothing, or endOffset:int64 leaderEpoch:int32 appendTimeMillis:int64
 *                  list of (list of bytes)
 *   3 core, 4 extents, 5 times: see io.oxbow.s3stream.image
 * </pre>
 *
 * Replay starts after {@code position}, the greatest slot at which the application's records end
 * where section 2 ends. Sections 3 and 4 are those of {@code imageSlot}, which may lie beyond; core
 * records of slots up to it are passed over. Version 1 had no section 5: what its objects hold
 * counts as appended when the next slot was written.
 */
@NullMarked
package io.oxbow.s3stream.log.format;

import org.jspecify.annotations.NullMarked;
