package io.oxbow.s3stream.read;

import io.oxbow.s3stream.Fetched;
import io.oxbow.s3stream.cache.BlockWalk;
import io.oxbow.s3stream.cache.CachedBlock;
import io.oxbow.s3stream.object.Block;
import io.oxbow.s3stream.tail.FetchedAppends;
import java.util.ArrayList;
import java.util.List;

/**
 * One read of blocks on its way: collects whole appends up to a number of bytes; only what was
 * dropped may lie between. Not thread-safe.
 */
final class BlockReading implements Block.Visitor {

    private final long maxBytes;
    private final long endOffset;
    private final List<Fetched.Append> appends = new ArrayList<>();
    private final List<CachedBlock> shown = new ArrayList<>(3);
    private long bytes;
    private long nextOffset;
    private long toOffset;
    private boolean copies;

    /**
     * @param endOffset what lies at or beyond it is not shown
     */
    BlockReading(long offset, long maxBytes, long endOffset) {
        this.nextOffset = offset;
        this.maxBytes = maxBytes;
        this.endOffset = endOffset;
    }

    long nextOffset() {
        return nextOffset;
    }

    boolean isEmpty() {
        return appends.isEmpty();
    }

    /** How many bytes more are wanted. */
    long room() {
        return maxBytes - bytes;
    }

    /**
     * Takes what it wants of a block.
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
    public boolean append(Fetched.Append append) {
        int size = append.records().remaining();
        if (!follows(append.baseOffset()) || (!appends.isEmpty() && bytes + size > maxBytes)) {
            return false;
        }
        if (append.nextOffset() > endOffset) {
            nextOffset = endOffset;
            return false;
        }
        appends.add(copies ? FetchedAppends.copyOf(append) : append);
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

    /** The first may begin before where the read does. */
    private boolean follows(long baseOffset) {
        boolean fits = appends.isEmpty() ? baseOffset <= nextOffset : baseOffset == nextOffset;
        return fits && baseOffset < toOffset;
    }

    Fetched finish() {
        return shown.isEmpty()
                ? new FetchedAppends(appends, nextOffset, bytes)
                : new BlocksView(appends, nextOffset, bytes, shown);
    }

    /** Nobody will get what was collected. */
    void giveUp() {
        BlocksView.giveBack(shown);
    }
}
