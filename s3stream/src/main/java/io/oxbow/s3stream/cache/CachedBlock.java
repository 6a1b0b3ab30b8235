package io.oxbow.s3stream.cache;

import io.oxbow.s3stream.object.Block;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Cached block with its memory, counted by references: one of the cache and one per reader. The
 * memory is freed with the last reference. Thread-safe.
 */
public final class CachedBlock {

    private final Block block;
    private final BlockMemory.@Nullable Piece memory;
    private final AtomicInteger references = new AtomicInteger(1);
    private volatile boolean readToItsEnd;

    private CachedBlock(BlockMemory.@Nullable Piece memory, Block block) {
        this.block = block;
        this.memory = memory;
    }

    CachedBlock(Block block, BlockMemory.Piece memory) {
        this(memory, block);
    }

    static CachedBlock onHeap(Block block) {
        return new CachedBlock(null, block);
    }

    boolean isOnHeap() {
        return memory == null;
    }

    public Block block() {
        return block;
    }

    /** Notes that a reader has taken the last append of the block. */
    public void readToItsEnd() {
        readToItsEnd = true;
    }

    boolean wasReadToItsEnd() {
        return readToItsEnd;
    }

    /** Takes another reference; the caller must hold one, or the lock that guards one. */
    public void retain() {
        if (references.getAndIncrement() <= 0) {
            throw new IllegalStateException("block was released already");
        }
    }

    /** Returns whether there are references beside the cache's own. */
    boolean isInUse() {
        return references.get() > 1;
    }

    public void release() {
        int left = references.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("block released more often than retained");
        }
        if (left == 0 && memory != null) {
            memory.free();
        }
    }

    /** Counts a reader with views of the block; false when the reader has to copy. */
    public boolean tryShow() {
        return memory == null || memory.tryShow();
    }

    /** Undoes {@link #tryShow}. */
    public void hide() {
        if (memory != null) {
            memory.hide();
        }
    }
}
