package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.binary.Crc32c;
import io.oxbow.s3stream.wal.AppendCompletion;
import io.oxbow.s3stream.wal.LogBatch;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.Slab;
import io.oxbow.s3stream.wal.WalEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Object of the log on its way: it grows in slabs, then is sealed, then put, never touched again.
 */
final class WalObject extends LogBatch {

    private final WalKey key;
    private final List<Piece> pieces = new ArrayList<>();
    private int bodyBytes;

    /** Adjacent frames in a slab, with one reference to the slab. */
    private record Piece(Slab slab, int from, int to) {
        ByteBuffer bytes() {
            return slab.view(from, to - from);
        }

        int crcAfter(int crc) {
            int own = RecordFrame.crcOfFrames(slab.memory(), from, to - from);
            return Crc32c.concat(crc, own, to - from);
        }
    }

    WalObject(WalKey key) {
        this.key = key;
    }

    WalKey key() {
        return key;
    }

    /**
     * Returns whether the object stays within {@code sealBytes} with one more frame; an empty one
     * takes any frame.
     */
    boolean takes(int frameBytes, int sealBytes) {
        return bodyBytes == 0 || (long) bodyBytes + frameBytes <= sealBytes;
    }

    /**
     * Assigns a frame its place; the caller copies the frame there and then calls {@link
     * #copyDone}.
     */
    WalEntry add(Slab slab, int slabOffset, int frameBytes, AppendCompletion completion) {
        int offset = ObjectHeader.BYTES + bodyBytes;
        Piece last = pieces.isEmpty() ? null : pieces.getLast();
        if (last != null && last.slab == slab && last.to == slabOffset) {
            pieces.set(pieces.size() - 1, new Piece(slab, last.from, slabOffset + frameBytes));
        } else {
            pieces.add(new Piece(slab.retain(), slabOffset, slabOffset + frameBytes));
        }
        bodyBytes += frameBytes;
        var entry =
                new WalEntry(
                        0,
                        new WalPosition(key.seq(), offset).toLsn(),
                        new WalPosition(key.seq(), offset + frameBytes).toLsn(),
                        slab.retain(),
                        slabOffset + RecordFrame.HEADER_BYTES,
                        frameBytes - RecordFrame.HEADER_BYTES);
        add(entry, completion);
        return entry;
    }

    /** Makes the header; called once all frames are copied. */
    ObjectHeader seal(UUID putId, long ackedSeq) {
        int crc = 0;
        for (Piece piece : pieces) {
            crc = piece.crcAfter(crc);
        }
        var body = new ObjectHeader.BodySize(bodyBytes, count(), crc);
        return new ObjectHeader(
                ObjectHeader.Kind.DATA, key, putId, key.nodeEpoch(), ackedSeq, body);
    }

    List<ByteBuffer> frames() {
        return pieces.stream().map(Piece::bytes).toList();
    }

    /** Bytes of the frames. */
    @Override
    public int length() {
        return bodyBytes;
    }

    /** Returns the LSN after the last frame. */
    @Override
    public long endLsn() {
        return new WalPosition(key.seq(), ObjectHeader.BYTES + bodyBytes).toLsn();
    }

    @Override
    public void release() {
        pieces.forEach(piece -> piece.slab.release());
    }
}
