/**
 * Composite objects, to which lists of extents move when the metadata image has too many.
 *
 * <p>Purpose: a composite object lists extents of many streams, and <em>owns</em> the objects that
 * they lie in: those are in no image any more, and whoever deletes a composite deletes them first.
 * Bodies are not copied. A composite may list runs of extents (parts) that lower composites list in
 * turn; its level is one above the highest of what it owns. {@link
 * io.oxbow.s3stream.composite.CompositeWriter} makes one, {@link
 * io.oxbow.s3stream.composite.CompositeReader} reads its index and blocks back. Start with {@code
 * CompositeWriter}; the record that makes a composite part of its streams is {@code
 * CoreRecord.ArchiveExtents}.
 *
 * <p>Grammar, integers big-endian, {@code v}: varint, {@code s}: signed varint, see {@link
 * io.oxbow.s3stream.binary}:
 *
 * <pre>
 *   composite := header block* owned directory footer
 *   header    := magic:int64 "OXBOWCMP" · version:int32 · crc:int32 (of the 12 bytes before)
 *   block     := entry+              sorted by (streamId, startOffset) throughout, about 64 KiB
 *   entry     := streamIdDelta:v · startOffsetDelta:v (to the end of the entry before, if it is the
 *                same stream's, else to 0) · offsets:v · objectDelta:s (number in owned) · bytes:v ·
 *                maxTimestampDelta:s
 *                (deltas to the entry before; a block's first one, to 0)
 *   owned     := count:v · object*
 *   object    := key:text · size:v · level:v · appendedMillis:s (from version 2)
 *   directory := line*
 *   line      := firstStreamId:int64 · lastStreamId:int64 · endOffset:int64 (of the last entry) ·
 *                position:int64 · size:int32 · entries:int32 · crc:int32 (of the block)
 *   footer    := ownedPosition:int64 · directoryPosition:int64 · level:int32 · crc:int32 (of owned
 *                and directory) · version:int32 · crc:int32 (of the 28 bytes before) ·
 *                magic:int64 "OXBOWCME"
 * </pre>
 *
 * Every crc is a CRC32C. Blocks touch each other: the first starts after the header, {@code owned}
 * where the last ends, the footer ends the object. Keys are those of data objects, {@link
 * io.oxbow.s3stream.image.ObjectKey}.
 *
 * <p>Of an object that a composite of version 1 owns, no time of append is known; it counts as that
 * of the part through which it is found.
 *
 * <p>Threading: a writer belongs to one thread; a reader and everything read back may be shared.
 *
 * <p>Invariants: a composite is never changed; whatever does not parse or does not match its
 * checksum is a {@link io.oxbow.s3stream.CorruptException} that names object and position; no
 * allocation is larger than what the object's own size allows.
 */
@NullMarked
package io.oxbow.s3stream.composite;

import org.jspecify.annotations.NullMarked;
