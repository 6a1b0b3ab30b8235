package io.oxbow.s3stream.log.push;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Keeps the bytes of the slots that were applied last, for processes that are behind. Thread-safe.
 */
public final class RecentSlots {

    /** Most bytes that are kept; the last slot is kept whatever its size. */
    private static final long BYTES_MAX = 4 << 20;

    private final Deque<byte[]> slots = new ArrayDeque<>();
    private long last;
    private long bytes;

    /** Keeps a slot that follows on the one before, unless all were dropped since. */
    public synchronized void add(long slot, byte[] encoded) {
        slots.addLast(encoded);
        last = slot;
        bytes += encoded.length;
        while (bytes > BYTES_MAX && slots.size() > 1) {
            bytes -= slots.removeFirst().length;
        }
    }

    /** Drops all: what is applied next does not follow on them. */
    public synchronized void clear() {
        slots.clear();
        bytes = 0;
    }

    /**
     * Returns the slots from {@code slot} on, up to about {@code bytesMax}; none when that slot is
     * not kept.
     */
    public synchronized List<byte[]> from(long slot, int bytesMax) {
        var found = new ArrayList<byte[]>();
        long first = last - slots.size() + 1;
        if (slot < first || slot > last) {
            return found;
        }
        long number = first;
        long size = 0;
        for (byte[] each : slots) {
            if (number++ >= slot) {
                size += each.length;
                if (size > bytesMax && !found.isEmpty()) {
                    break;
                }
                found.add(each);
            }
        }
        return found;
    }
}
