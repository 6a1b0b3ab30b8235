package io.oxbow.s3stream.read;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.cache.CachedBlock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Result of a read with views of cached blocks, which are held until it is closed. */
final class BlocksView implements ReadResult {

    private final List<Append> appends;
    private final long nextOffset;
    private final long sizeInBytes;
    private final List<CachedBlock> shown;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param shown what the appends lie in, each with a reference of this view's
     */
    BlocksView(List<Append> appends, long nextOffset, long sizeInBytes, List<CachedBlock> shown) {
        this.appends = appends;
        this.nextOffset = nextOffset;
        this.sizeInBytes = sizeInBytes;
        this.shown = shown;
    }

    @Override
    public List<Append> appends() {
        return appends;
    }

    @Override
    public long nextOffset() {
        return nextOffset;
    }

    @Override
    public long sizeInBytes() {
        return sizeInBytes;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            giveBack(shown);
        }
    }

    static void giveBack(List<CachedBlock> shown) {
        for (CachedBlock block : shown) {
            block.hide();
            block.release();
        }
    }
}
