/**
 * Data objects, which hold the streams' appends once these are uploaded from the write-ahead log.
 *
 * <p>Purpose: {@link io.oxbow.s3stream.object.DataObjectWriter} makes the body of one immutable
 * object out of appends of many streams; {@link io.oxbow.s3stream.object.ObjectReader} reads its
 * index and its blocks back, checking everything. Start with {@code DataObjectWriter}.
 *
 * <p>Grammar, all integers big-endian:
 *
 * <pre>
 *   object  := header block* index footer
 *   header  := magic:int64 "OXBOWOBJ" · version:int32 · crc:int32 (of the 12 bytes before)
 *   block   := frame+                 contiguous appends of one stream, about 512 KiB
 *   frame   := as in the write-ahead log, see RecordFrame; a frame without payload whose append
 *              time is the least int64 stands for appends that were dropped, see GapFrame
 *   index   := entry*                 sorted by (streamId, startOffset), one per block
 *   entry   := streamId:int64 · startOffset:int64 · endOffset:int64 · appendCount:int64 ·
 *              position:int64 · size:int64 · maxTimestamp:int64 · crc:int32 (of the block)
 *   footer  := indexPosition:int64 · indexLength:int64 · indexCrc:int32 · version:int32 ·
 *              crc:int32 (of the 24 bytes before) · magic:int64 "OXBOWEND"
 * </pre>
 *
 * Every crc is a CRC32C. Blocks lie in the order of the index and touch each other: the first
 * starts after the header, the index starts where the last ends, the footer ends the object.
 *
 * <p>Key, relative to the lineage: {@code objects/<2 hex>/<nodeId>-<nodeEpoch>-<number>}, see
 * {@link io.oxbow.s3stream.image.ObjectKey}.
 *
 * <p>Threading: a writer belongs to one thread; everything read back is immutable.
 *
 * <p>Invariants: an object is never changed; whatever does not parse or does not match its checksum
 * is a {@link io.oxbow.s3stream.CorruptException} that names object and position; no allocation is
 * larger than what the object's own size allows.
 */
@NullMarked
package io.oxbow.s3stream.object;

import org.jspecify.annotations.NullMarked;
