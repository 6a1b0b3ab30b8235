package io.oxbow.s3stream.tail;

import io.oxbow.s3stream.ReadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** Result of a read with views of slabs, which are held until it is closed. */
final class TailView implements ReadResult {

    private final List<Append> appends;
    private final long sizeInBytes;
    private final List<TailSlab> held;
    private final TailMemory memory;
    private final AtomicBoolean closed = new AtomicBoolean();

    private TailView(
            List<Append> appends, long sizeInBytes, List<TailSlab> held, TailMemory memory) {
        this.appends = appends;
        this.sizeInBytes = sizeInBytes;
        this.held = held;
        this.memory = memory;
    }

    /**
     * Makes a result with views of the slabs, or with copies when readers hold too many slabs.
     *
     * @param entries in memory, guarded by the caller
     */
    static ReadResult of(List<TailEntry> entries, long offset, TailMemory memory) {
        List<Append> appends = new ArrayList<>(entries.size());
        List<TailSlab> held = new ArrayList<>(2);
        boolean copies = false;
        long bytes = 0;
        for (TailEntry entry : entries) {
            TailSlab slab = Objects.requireNonNull(entry.slab());
            if (!copies && (held.isEmpty() || held.getLast() != slab)) {
                copies = !memory.tryBeginRead(slab);
                if (!copies) {
                    held.add(slab);
                }
            }
            Append append = entry.appendIn(slab.slab());
            appends.add(copies ? HeapReadResult.copyOf(append) : append);
            bytes += entry.payloadBytes();
        }
        return held.isEmpty()
                ? HeapReadResult.of(appends, offset, bytes)
                : new TailView(appends, bytes, held, memory);
    }

    @Override
    public List<Append> appends() {
        return appends;
    }

    @Override
    public long nextOffset() {
        return appends.getLast().nextOffset();
    }

    @Override
    public long sizeInBytes() {
        return sizeInBytes;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            held.forEach(memory::endRead);
        }
    }
}
