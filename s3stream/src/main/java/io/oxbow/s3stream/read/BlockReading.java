package io.oxbow.s3stream.read;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.cache.BlockWalk;
import io.oxbow.s3stream.cache.CachedBlock;
import io.oxbow.s3stream.object.Block;
import io.oxbow.s3stream.tail.HeapReadResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects whole appends from blocks for one read, up to a number of bytes; appends that were
 * dropped leave gaps. Not thread-safe.
 */
final class BlockReading implements Block.Visitor {

    private final long bytesMax;
    private final long endOffset;
    private final List<ReadResult.Append> appends = new ArrayList<>();
    private final List<CachedBlock> shown = new ArrayList<>(3);
    private long bytes;
    private long nextOffset;
    private long toOffset;
    private boolean copies;

    /**
     * @param endOffset what lies at or beyond it is not shown
     */
    BlockReading(long offset, long bytesMax, long endOffset) {
        this.nextOffset = offset;
        this.bytesMax = bytesMax;
        this.endOffset = endOffset;
    }

    long nextOffset() {
        return nextOffset;
    }

    boolean isEmpty() {
        return appends.isEmpty();
    }

    /** Returns the bytes that the read still has room for. */
    long room() {
        return bytesMax - bytes;
    }

    /**
     * Collects appends from a block.
     *
     * @param block with a reference that is this reading's from now on
     * @return false when there is enough
     */
    boolean take(CachedBlock block, BlockWalk.Located where) {
        int before = appends.size();
        toOffset = where.toOffset();
        copies = !block.tryShow();
        try {
            boolean more = block.block().visit(where.fromOffset(), this);
            if (nextOffset >= where.entry().endOffset()) {
                block.readToItsEnd();
            }
            return more;
        } finally {
            if (!copies && appends.size() > before) {
                shown.add(block);
            } else {
                if (!copies) {
                    block.hide();
                }
                block.release();
            }
        }
    }

    @Override
    public boolean append(ReadResult.Append append) {
        int size = append.records().remaining();
        if (!follows(append.baseOffset()) || (!appends.isEmpty() && bytes + size > bytesMax)) {
            return false;
        }
        if (append.nextOffset() > endOffset) {
            nextOffset = endOffset;
            return false;
        }
        appends.add(copies ? HeapReadResult.copyOf(append) : append);
        bytes += size;
        nextOffset = append.nextOffset();
        return true;
    }

    @Override
    public boolean gap(long fromOffset, long gapEnd) {
        if (!follows(fromOffset)) {
            return false;
        }
        nextOffset = Math.min(gapEnd, Math.min(toOffset, endOffset));
        return nextOffset < endOffset;
    }

    /**
     * Returns whether an append at {@code baseOffset} continues the appends collected. The first
     * append may start before the offset of the read, since a read returns whole appends.
     */
    private boolean follows(long baseOffset) {
        boolean fits = appends.isEmpty() ? baseOffset <= nextOffset : baseOffset == nextOffset;
        return fits && baseOffset < toOffset;
    }

    ReadResult finish() {
        return shown.isEmpty()
                ? new HeapReadResult(appends, nextOffset, bytes)
                : new BlocksView(appends, nextOffset, bytes, shown);
    }

    /** Releases the blocks of a read whose result is not used. */
    void giveUp() {
        BlocksView.giveBack(shown);
    }
}
