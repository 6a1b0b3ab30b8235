/**
 * Records of the metadata log's core family, and the image that they make.
 *
 * <p>{@link io.oxbow.s3stream.image.CoreRecord}s are commands. They are validated when they are
 * <em>applied</em>, by every reader of the log alike, so that leader and followers cannot disagree;
 * each yields a {@link io.oxbow.s3stream.image.ApplyResult}. {@link
 * io.oxbow.s3stream.image.CoreImage} is the state for readers, {@link
 * io.oxbow.s3stream.image.MetadataImage} the one that applies: start there. One thread applies; any
 * thread reads.
 *
 * <p>Invariants, asserted where they could break: a stream has at most one owner and its epoch
 * grows with each open; its extents are contiguous and end at its committed end; an object is
 * forgotten only when no extent refers to it, and is then either deleted or owned by a composite; a
 * fenced node epoch changes nothing in its own name.
 *
 * <p>An image's size does not hang on how much history the streams have: {@code ArchiveExtents}
 * puts runs of extents into composite objects, and runs of those into higher ones, so that a stream
 * has a few entries (extents and parts), and the objects that composites own are not in the image.
 * The ledger says of every object number whether it was ever committed: a few bytes per node epoch.
 *
 * <p>Each object has a time: when the last of its appends was committed at the latest. It is the
 * time of the slot that committed the object, so no record names it; what compaction or archiving
 * makes takes the latest of what it was made from. An image of an older snapshot has no times; the
 * first slot applied to it gives them all its own.
 *
 * <h2>Bytes of a record</h2>
 *
 * Numbers are varints unless said otherwise ({@code s}: signed), texts and byte strings have their
 * length before them as a varint, a list its count. See {@link io.oxbow.s3stream.binary}.
 *
 * <pre>
 * record        = type:int8 version:int8(1) body
 * 1 RegisterNode     = nodeId incarnation:uuid wal endpoint:text
 *                      in version 2 also rpcEndpoint:text secret:uuid start,
 *                      in version 3 also list of clientEndpoint:text
 * 2 FenceNode        = nodeId nodeEpoch
 * 3 CompleteRecovery = nodeId deadEpoch recovererEpoch abandoned:int8
 * 4 OpenStreams      = nodeId nodeEpoch list of name
 * 5 CloseStreams     = nodeId nodeEpoch list of (streamId streamEpoch)
 * 6 DeleteStreams    = nodeId nodeEpoch list of streamId
 * 7 CommitObjects    = nodeId nodeEpoch onBehalfOf:s commitSeq settledBelow list of walLsn
 *                      list of object
 * 8 TrimStreams      = nodeId nodeEpoch list of (streamId newStartOffset)
 * 9 ObjectsDeleted   = list of key:text
 * 13 ClaimRecovery    = nodeId nodeEpoch deadNode deadEpoch
 * 14 ReleaseRecovery  = nodeId nodeEpoch deadNode deadEpoch
 * 15 RemoveNode       = nodeId
 * 10 PutPointer      = key:text expectedVersion (0:int8 | 1:int8 value:bytes)
 * 11 CompactObjects  = nodeId nodeEpoch settledBelow list of input:text list of object
 * 16 RewriteExtents  = nodeId nodeEpoch settledBelow list of input:text list of object
 * 12 ArchiveExtents  = nodeId nodeEpoch settledBelow key:text size level list of part
 *                      list of owned:text
 * part  = streamIdDelta startOffset count (delta to the part before, from 0)
 * name  = topicId:uuid partition kind:int8
 * wal   = kind:int8(0 file, 1 object) list of walId:uuid
 * object = key:text size list of range
 * range = streamIdDelta streamEpoch startOffset count bytes maxTimestampDelta:s
 *         (deltas to the range before, from 0)
 * </pre>
 *
 * <h2>Bytes of the image</h2>
 *
 * Three sections, written in the order of ids and keys, so that equal states have equal bytes.
 *
 * <pre>
 * core    = nodes streams pointers ledger [list of removed nodeId, if there are any]
 * nodes   = lastNodeEpoch list of (RegisterNode:bytes epoch list of incarnation:uuid) list of epoch
 * epoch   = nodeId nodeEpoch wal fenced:int8 list of walLsn lastCommitSeq lastCommitter
 *           settledBelow
 * streams = lastStreamId list of
 *           (streamId name epoch ownerNode:s ownerNodeEpoch startOffset endOffset)
 * pointers = lastVersion list of (key:text version value:bytes)
 * ledger  = list of (nodeEpoch list of (firstNumberDelta count))
 *           list of deleted (nodeId nodeEpoch number)
 *
 * extents = objects list of (streamId count firstOffset {extent})
 * objects = lastObjectId list of (objectIdDelta key:text size level (bodyBytes if level > 0))
 * extent  = count objectIdDelta:s bytes maxTimestampDelta:s
 *
 * times   = {appendedMillisDelta:s}, one for each object, in the order of objects
 * </pre>
 */
@NullMarked
package io.oxbow.s3stream.image;

import org.jspecify.annotations.NullMarked;
