package io.oxbow.simulation.history;

import java.util.ArrayList;
import java.util.List;

/** A stream as one owner has it open at one epoch. */
public final class Opening {

    private final String owner;
    private final long epoch;
    private final long firstOffset;
    private final List<Attempt> attempts = new ArrayList<>();
    private int acked;
    private long durableEnd;

    Opening(String owner, long epoch, long firstOffset) {
        this.owner = owner;
        this.epoch = epoch;
        this.firstOffset = firstOffset;
        this.durableEnd = firstOffset;
    }

    String owner() {
        return owner;
    }

    long epoch() {
        return epoch;
    }

    /** Returns the offset where the owner's own appends begin: all below is from others. */
    long firstOffset() {
        return firstOffset;
    }

    long nextOffset() {
        return attempts.isEmpty() ? firstOffset : attempts.getLast().nextOffset();
    }

    long ackedEnd() {
        return acked == 0 ? firstOffset : attempts.get(acked - 1).nextOffset();
    }

    long durableEnd() {
        return durableEnd;
    }

    void durableEnd(long now) {
        durableEnd = now;
    }

    void add(Attempt attempt) {
        attempts.add(attempt);
    }

    void removeLast(Attempt attempt) {
        attempts.remove(attempt);
    }

    /** Returns the attempt whose turn it is to be acked, or null. */
    @org.jspecify.annotations.Nullable
    Attempt nextToAck() {
        return acked < attempts.size() ? attempts.get(acked) : null;
    }

    void ackNext() {
        acked++;
    }

    @Override
    public String toString() {
        return "epoch %d at %s from %d".formatted(epoch, owner, firstOffset);
    }
}
