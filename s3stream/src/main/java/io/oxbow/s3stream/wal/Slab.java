package io.oxbow.s3stream.wal;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Aligned piece of off-heap memory into which records are copied once. It is handed back whole when
 * its last reference is gone: the writer's, one per entry of the tail, one per reader at work.
 */
public final class Slab {

    private final ByteBuffer memory;
    private final java.util.function.Consumer<Slab> recycle;
    private final AtomicInteger references = new AtomicInteger(1);
    private final AtomicInteger incompleteRecords = new AtomicInteger();

    /**
     * @param memory aligned, position 0, limit at its end
     * @param recycle takes the slab back when nobody refers to it any more
     */
    public Slab(ByteBuffer memory, java.util.function.Consumer<Slab> recycle) {
        this.memory = memory;
        this.recycle = recycle;
    }

    /** Returns the whole memory, for the slab's only writer and for its pool. */
    public ByteBuffer memory() {
        return memory;
    }

    public ByteBuffer view(int position, int length) {
        return memory.slice(position, length).asReadOnlyBuffer();
    }

    /** A record gets a place in it. */
    void recordAdded() {
        incompleteRecords.incrementAndGet();
    }

    /** The outcome of a record in it is known. */
    void recordCompleted() {
        incompleteRecords.decrementAndGet();
    }

    /** Returns true while a record in it waits for its outcome. */
    public boolean hasIncompleteRecords() {
        return incompleteRecords.get() > 0;
    }

    /** Takes another reference; the caller must hold one, or the lock that guards one. */
    public Slab retain() {
        if (references.getAndIncrement() <= 0) {
            throw new IllegalStateException("slab was released already");
        }
        return this;
    }

    public void release() {
        int left = references.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("slab released more often than retained");
        }
        if (left == 0) {
            recycle.accept(this);
        }
    }

    /** Makes a recycled slab usable again; for the slab's pool alone. */
    public void renew() {
        if (!references.compareAndSet(0, 1)) {
            throw new IllegalStateException("slab is still referenced");
        }
    }
}
