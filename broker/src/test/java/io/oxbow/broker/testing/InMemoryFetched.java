package io.oxbow.broker.testing;

import io.oxbow.s3stream.ReadResult;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A read's result whose bytes turn to garbage when it is closed, as pooled memory would, so that a
 * use after that shows.
 */
final class InMemoryFetched implements ReadResult {

    private static final byte GARBAGE = (byte) 0xEE;

    private final List<Append> appends;
    private final long nextOffset;
    private final List<byte[]> memory;
    private final AtomicInteger unclosedReads;
    private final AtomicBoolean closed = new AtomicBoolean();

    private InMemoryFetched(
            List<Append> appends,
            long nextOffset,
            List<byte[]> memory,
            AtomicInteger unclosedReads) {
        this.appends = appends;
        this.nextOffset = nextOffset;
        this.memory = memory;
        this.unclosedReads = unclosedReads;
        unclosedReads.incrementAndGet();
    }

    static InMemoryFetched of(
            List<StoredAppend> found, long offsetAskedFor, AtomicInteger unclosedReads) {
        List<byte[]> memory = found.stream().map(append -> append.bytes().clone()).toList();
        var appends = new java.util.ArrayList<Append>();
        for (int i = 0; i < found.size(); i++) {
            StoredAppend stored = found.get(i);
            appends.add(
                    new Append(
                            stored.baseOffset(),
                            stored.count(),
                            stored.maxTimestamp(),
                            stored.appendTimeMillis(),
                            ByteBuffer.wrap(memory.get(i)).asReadOnlyBuffer()));
        }
        long next = found.isEmpty() ? offsetAskedFor : found.getLast().nextOffset();
        return new InMemoryFetched(List.copyOf(appends), next, memory, unclosedReads);
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
        return appends.stream().mapToLong(append -> append.records().remaining()).sum();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            throw new IllegalStateException("a read is closed once");
        }
        memory.forEach(bytes -> Arrays.fill(bytes, GARBAGE));
        unclosedReads.decrementAndGet();
    }
}
