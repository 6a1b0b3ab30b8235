package io.oxbow.simulation.damage;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.simulation.kernel.Simulation;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** Appends to one stream: the bytes that each offset must show, and the end of what was acked. */
final class StreamRecords {

    /** An append, acked or not. */
    record Append(long baseOffset, int count, ByteBuffer bytes) {
        long nextOffset() {
            return baseOffset + count;
        }
    }

    private final Simulation simulation;
    private final String name;
    private final TreeMap<Long, Append> appends = new TreeMap<>();
    private long ackedEnd;
    private long startOffset;

    StreamRecords(Simulation simulation, String name) {
        this.simulation = simulation;
        this.name = name;
    }

    Append appending(long baseOffset, int count, byte[] bytes) {
        var append = new Append(baseOffset, count, ByteBuffer.wrap(bytes));
        appends.put(baseOffset, append);
        return append;
    }

    void acked(Append append) {
        ackedEnd = Math.max(ackedEnd, append.nextOffset());
    }

    long ackedEnd() {
        return ackedEnd;
    }

    void trimmed(long offset) {
        startOffset = offset;
        appends.values().removeIf(each -> each.nextOffset() <= offset);
    }

    Collection<Append> from(long offset) {
        return appends.tailMap(offset, true).values();
    }

    /**
     * Notes an opening: what lies beyond its end is gone for good.
     *
     * @param keptEnd below which the engine must have kept everything
     */
    void opened(long start, long next, long keptEnd) {
        simulation.check(
                start == startOffset,
                "%s starts at %d, was trimmed to %d",
                name,
                start,
                startOffset);
        simulation.check(
                next >= keptEnd,
                "%s ends at %d, but all below %d was acked and is whole",
                name,
                next,
                keptEnd);
        var last = appends.lowerEntry(next);
        boolean whole =
                next == startOffset || (last != null && last.getValue().nextOffset() == next);
        simulation.check(whole, "%s ends at %d, within an append or beyond all", name, next);
        appends.tailMap(next, true).clear();
        ackedEnd = Math.max(startOffset, next);
    }

    /** Checks that a read from {@code offset} shows what was appended, without a gap. */
    void checkShown(long offset, List<ReadResult.Append> shown) {
        long expected = -1;
        for (ReadResult.Append each : shown) {
            simulation.check(
                    expected < 0
                            ? each.baseOffset() <= offset && each.nextOffset() > offset
                            : each.baseOffset() == expected,
                    "%s: a read of %d shows [%d, %d) after %d",
                    name,
                    offset,
                    each.baseOffset(),
                    each.nextOffset(),
                    expected);
            Append append = appends.get(each.baseOffset());
            simulation.check(
                    append != null
                            && append.count() == each.count()
                            && append.bytes().equals(each.records()),
                    "%s: what is shown at %d was not appended there",
                    name,
                    each.baseOffset());
            expected = each.nextOffset();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
