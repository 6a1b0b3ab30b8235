package io.oxbow.s3stream.log.push;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.log.format.Slot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds slots that were pushed here until the log's own thread takes them. Thread-safe. */
public final class PushedSlots {

    private static final Logger LOG = LoggerFactory.getLogger(PushedSlots.class);

    /** Most bytes that wait; what comes beyond is dropped, and read from the bucket later. */
    private static final long BYTES_MAX = 4 << 20;

    private final Deque<Slot> waiting = new ArrayDeque<>();
    private long bytes;

    /**
     * Adds slots beyond {@code applied}; damaged ones, and what comes after them, are left out.
     *
     * @return the number of the last slot that is whole, -1 if there is none
     */
    public long offer(List<byte[]> encoded, long applied) {
        long last = -1;
        try {
            for (byte[] each : encoded) {
                Slot slot = Slot.decode("pushed slot", each);
                last = slot.entry().slot();
                if (last > applied) {
                    add(slot);
                }
            }
        } catch (CorruptException e) {
            LOG.warn("Slots from another process are not taken: {}", e.getMessage());
        }
        return last;
    }

    private synchronized void add(Slot slot) {
        if (waiting.isEmpty() || bytes + slot.bytes().length <= BYTES_MAX) {
            waiting.addLast(slot);
            bytes += slot.bytes().length;
        }
    }

    public synchronized @Nullable Slot poll() {
        Slot slot = waiting.pollFirst();
        if (slot != null) {
            bytes -= slot.bytes().length;
        }
        return slot;
    }

    public synchronized boolean isWaiting() {
        return !waiting.isEmpty();
    }
}
