package io.oxbow.simulation.history;

import java.nio.ByteBuffer;

/** An append, from the moment that it is tried. */
public final class Attempt {

    enum Fate {
        /** The append is under way, or its outcome is unknown: it may be found later, or never. */
        OPEN,
        /** The writer was told that the append is durable. */
        ACKED,
        /** The append never happened: its offsets were given back. */
        CANCELLED,
        /** Damage took the append, and that was reported. */
        LOST
    }

    private final Opening opening;
    private final long baseOffset;
    private final int count;
    private final ByteBuffer bytes;
    private Fate fate = Fate.OPEN;

    Attempt(Opening opening, long baseOffset, int count, ByteBuffer bytes) {
        this.opening = opening;
        this.baseOffset = baseOffset;
        this.count = count;
        this.bytes = bytes;
    }

    Opening opening() {
        return opening;
    }

    long baseOffset() {
        return baseOffset;
    }

    long nextOffset() {
        return baseOffset + count;
    }

    Fate fate() {
        return fate;
    }

    void fate(Fate now) {
        fate = now;
    }

    boolean is(long offset, int records, ByteBuffer content) {
        return baseOffset == offset && count == records && bytes.equals(content);
    }

    boolean isAcked() {
        return fate == Fate.ACKED;
    }

    @Override
    public String toString() {
        return "[%d, %d) at epoch %d, %s"
                .formatted(baseOffset, nextOffset(), opening.epoch(), fate);
    }
}
