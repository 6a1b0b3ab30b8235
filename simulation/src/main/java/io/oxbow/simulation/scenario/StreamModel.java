package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.simulation.kernel.Simulation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The appends to one stream over all lives of its node: tried, acked, and trimmed away. */
final class StreamModel {

    /** An append from the moment that it is tried. */
    static final class Attempt {
        private final long baseOffset;
        private final int count;
        private final ByteBuffer bytes;
        private boolean acked;

        private Attempt(long baseOffset, int count, ByteBuffer bytes) {
            this.baseOffset = baseOffset;
            this.count = count;
            this.bytes = bytes;
        }

        private long nextOffset() {
            return baseOffset + count;
        }
    }

    private final Simulation simulation;
    private final String name;
    private final Map<Long, List<Attempt>> attempts = new TreeMap<>();
    private long ackedEnd;
    private long trimAsked;
    private long trimDone;

    StreamModel(Simulation simulation, String name) {
        this.simulation = simulation;
        this.name = name;
    }

    Attempt attempt(long baseOffset, int count, byte[] bytes) {
        var attempt = new Attempt(baseOffset, count, ByteBuffer.wrap(bytes));
        attempts.computeIfAbsent(baseOffset, ignored -> new ArrayList<>()).add(attempt);
        return attempt;
    }

    void acked(Attempt attempt) {
        attempt.acked = true;
        ackedEnd = Math.max(ackedEnd, attempt.nextOffset());
    }

    long ackedEnd() {
        return ackedEnd;
    }

    void trimAsked(long offset) {
        trimAsked = Math.max(trimAsked, offset);
    }

    void trimDone(long offset) {
        trimDone = Math.max(trimDone, offset);
    }

    /** Checks invariants 9 and 11 for a stream that was just opened. */
    void checkOpened(long startOffset, long nextOffset) {
        simulation.check(
                nextOffset >= ackedEnd,
                "invariant 11: %s ends at %d, %d was acked",
                name,
                nextOffset,
                ackedEnd);
        simulation.check(
                startOffset >= trimDone && startOffset <= Math.max(trimAsked, trimDone),
                "%s starts at %d, trimmed to %d, asked for %d",
                name,
                startOffset,
                trimDone,
                trimAsked);
    }

    /** Checks that a read from {@code offset} shows what was appended, without a gap. */
    void checkRead(long offset, ReadResult fetched) {
        long expected = -1;
        for (ReadResult.Append append : fetched.appends()) {
            simulation.check(
                    expected < 0
                            ? append.baseOffset() <= offset && append.nextOffset() > offset
                            : append.baseOffset() == expected,
                    "%s: a read of %d shows [%d, %d) after %d",
                    name,
                    offset,
                    append.baseOffset(),
                    append.nextOffset(),
                    expected);
            expected = append.nextOffset();
            checkAppend(append);
        }
    }

    private void checkAppend(ReadResult.Append append) {
        List<Attempt> tried = attempts.getOrDefault(append.baseOffset(), List.of());
        boolean known =
                tried.stream()
                        .anyMatch(
                                a -> a.count == append.count() && a.bytes.equals(append.records()));
        simulation.check(
                known, "%s: what is at %d was not appended there", name, append.baseOffset());
        for (Attempt each : tried) {
            simulation.check(
                    !each.acked || each.bytes.equals(append.records()),
                    "%s: the acked append at %d was replaced",
                    name,
                    append.baseOffset());
        }
    }
}
