package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.Fetched;
import io.oxbow.s3stream.wal.Slab;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Appends and the slabs, if any, that their bytes lie in. */
final class FetchedAppends implements Fetched {

    private final List<Append> appends;
    private final long nextOffset;
    private final long sizeInBytes;
    private final List<Slab> slabs;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param slabs one reference each, given to this
     */
    FetchedAppends(List<Append> appends, long offset, long sizeInBytes, List<Slab> slabs) {
        this(appends, sizeInBytes, slabs, appends.isEmpty() ? offset : appends.getLast().nextOffset());
    }

    private FetchedAppends(
            List<Append> appends, long sizeInBytes, List<Slab> slabs, long nextOffset) {
        this.appends = appends;
        this.nextOffset = nextOffset;
        this.sizeInBytes = sizeInBytes;
        this.slabs = slabs;
    }

    /**
     * @param nextOffset after the appends, and after dropped ones that follow them
     */
    static Fetched fromObjects(List<Append> appends, long sizeInBytes, long nextOffset) {
        return new FetchedAppends(appends, sizeInBytes, List.of(), nextOffset);
    }

    static Fetched nothing(long offset) {
        return new FetchedAppends(List.of(), offset, 0, List.of());
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
            slabs.forEach(Slab::release);
        }
    }
}
