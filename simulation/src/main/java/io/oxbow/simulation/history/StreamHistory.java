package io.oxbow.simulation.history;

import io.oxbow.simulation.history.Attempt.Fate;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * History of the operations that clients of one stream did and the results that they saw, in the
 * order of real time. A stream is a log that has one writer per epoch, so a history is linearizable
 * exactly when:
 *
 * <ul>
 *   <li>an epoch belongs to one owner, whose appends take dense offsets from where it opened;
 *   <li>acks come in the order of appends;
 *   <li>an opening at a later epoch starts at or beyond all that was acked or read before, and
 *       nothing of an earlier epoch is acked beyond that point afterwards;
 *   <li>an offset has one value for ever: the one that was acked or read first; an append whose
 *       outcome is unknown may be that value, or never be seen;
 *   <li>a read shows appends without a gap, from the one that holds the offset asked for, and
 *       nothing beyond what was durable then;
 *   <li>the durable end of an opening never falls, and is not below what was acked;
 *   <li>the start follows what trims were asked for and were answered.
 * </ul>
 *
 * <p>An owner that has been deposed may show what was durable when it was; it shows no other value.
 */
public final class StreamHistory {

    private final String name;
    private final TreeMap<Long, Opening> openings = new TreeMap<>();
    private final TreeMap<Long, List<Attempt>> tried = new TreeMap<>();

    /** The value of each offset that is known for good, by base offset. */
    private final TreeMap<Long, Attempt> known = new TreeMap<>();

    /** Greatest trimmed offset per epoch that was asked for, and that was answered. */
    private final TreeMap<Long, Long> trimsAsked = new TreeMap<>();

    private final TreeMap<Long, Long> trimsDone = new TreeMap<>();
    private boolean damaged;

    public StreamHistory(String name) {
        this.name = name;
    }

    /** Notes that an owner was given the stream, to append from {@code nextOffset} on. */
    public Opening opened(String owner, long epoch, long startOffset, long nextOffset) {
        Opening same = openings.get(epoch);
        require(same == null, "epoch %d is opened by %s and by %s", epoch, same, owner);
        long trimDone = greatest(trimsDone.headMap(epoch));
        long trimAsked = greatest(trimsAsked.headMap(epoch));
        require(
                startOffset >= trimDone && startOffset <= Math.max(trimAsked, trimDone),
                "it starts at %d, was trimmed to %d, and %d was asked for",
                startOffset,
                trimDone,
                trimAsked);
        var opening = new Opening(owner, epoch, nextOffset);
        long settled = settledEnd(openings.headMap(epoch));
        if (nextOffset < settled && damaged) {
            lose(nextOffset);
            settled = nextOffset;
        }
        require(
                nextOffset >= settled,
                "invariant 11: %s, but all below %d was acked or read",
                opening,
                settled);
        for (Opening later : openings.tailMap(epoch).values()) {
            require(
                    later.firstOffset() >= nextOffset || damaged,
                    "%s was opened from a lower offset than %s",
                    later,
                    opening);
        }
        openings.put(epoch, opening);
        return opening;
    }

    private static long settledEnd(SortedMap<Long, Opening> earlier) {
        long end = 0;
        for (Opening each : earlier.values()) {
            end = Math.max(end, Math.max(each.ackedEnd(), each.durableEnd()));
        }
        return end;
    }

    private void lose(long from) {
        for (List<Attempt> there : tried.tailMap(from, true).values()) {
            there.forEach(each -> each.fate(Fate.LOST));
        }
        known.tailMap(from, true).clear();
    }

    /** Notes an append that is about to be tried at {@code baseOffset}. */
    public Attempt appending(Opening opening, long baseOffset, int count, byte[] bytes) {
        require(
                baseOffset == opening.nextOffset(),
                "%s appends at %d after %d",
                opening,
                baseOffset,
                opening.nextOffset());
        var attempt = new Attempt(opening, baseOffset, count, ByteBuffer.wrap(bytes));
        opening.add(attempt);
        tried.computeIfAbsent(baseOffset, ignored -> new ArrayList<>()).add(attempt);
        return attempt;
    }

    /**
     * Notes that an append was not taken; its offsets are free again. One that was under way while
     * a damaged disk's successor opened the stream counts as lost by then.
     */
    public void cancelled(Attempt attempt) {
        require(
                attempt.fate() == Fate.OPEN || attempt.fate() == Fate.LOST,
                "%s is cancelled",
                attempt);
        require(!known.containsValue(attempt), "%s is cancelled and was read", attempt);
        attempt.fate(Fate.CANCELLED);
        attempt.opening().removeLast(attempt);
    }

    /** Notes that the writer was told that the append is durable. */
    public void acked(Attempt attempt) {
        Opening opening = attempt.opening();
        require(
                opening.nextToAck() == attempt,
                "%s is acked before %s",
                attempt,
                opening.nextToAck());
        for (Opening later : openings.tailMap(opening.epoch(), false).values()) {
            require(
                    later.firstOffset() >= attempt.nextOffset(),
                    "invariant 11: %s is acked, but %s",
                    attempt,
                    later);
        }
        settle(attempt);
        attempt.fate(Fate.ACKED);
        opening.ackNext();
    }

    /** Fixes the value of an append's offsets. */
    private void settle(Attempt attempt) {
        var before = known.floorEntry(attempt.nextOffset() - 1);
        while (before != null && before.getValue().nextOffset() > attempt.baseOffset()) {
            require(
                    before.getValue() == attempt,
                    "offset %d has two values: %s and %s",
                    Math.max(attempt.baseOffset(), before.getKey()),
                    before.getValue(),
                    attempt);
            before = known.lowerEntry(before.getKey());
        }
        known.put(attempt.baseOffset(), attempt);
    }

    /** Notes the durable end, below which an owner's readers see everything. */
    public void durableEnd(Opening opening, long end) {
        require(
                end >= opening.durableEnd() && end >= opening.ackedEnd(),
                "the durable end of %s is %d, was %d, acked up to %d",
                opening,
                end,
                opening.durableEnd(),
                opening.ackedEnd());
        require(
                end <= opening.nextOffset(),
                "the durable end of %s is %d, appended up to %d",
                opening,
                end,
                opening.nextOffset());
        opening.durableEnd(end);
    }

    /** One append that a read showed. */
    public record Shown(long baseOffset, int count, ByteBuffer bytes) {
        long nextOffset() {
            return baseOffset + count;
        }
    }

    /**
     * Notes the appends that a read from {@code offset} showed.
     *
     * @param durableEnd the reader's, after the read
     */
    public void read(long offset, List<Shown> shown, long durableEnd) {
        long expected = -1;
        for (Shown each : shown) {
            boolean fits =
                    expected < 0
                            ? each.baseOffset() <= offset && each.nextOffset() > offset
                            : each.baseOffset() == expected;
            require(
                    fits,
                    "a read from %d shows [%d, %d) after %d",
                    offset,
                    each.baseOffset(),
                    each.nextOffset(),
                    expected);
            require(
                    each.nextOffset() <= durableEnd,
                    "a read shows [%d, %d), durable is %d",
                    each.baseOffset(),
                    each.nextOffset(),
                    durableEnd);
            settle(attemptOf(each));
            expected = each.nextOffset();
        }
    }

    private Attempt attemptOf(Shown shown) {
        List<Attempt> there = tried.getOrDefault(shown.baseOffset(), List.of());
        for (Attempt each : there) {
            if (each.is(shown.baseOffset(), shown.count(), shown.bytes())
                    && each.fate() != Fate.CANCELLED
                    && each.fate() != Fate.LOST) {
                return each;
            }
        }
        throw violated(
                "what a read shows at %d was never appended there (tried: %s)",
                shown.baseOffset(), there);
    }

    private static long greatest(SortedMap<Long, Long> trims) {
        return trims.values().stream().mapToLong(offset -> offset).max().orElse(0);
    }

    /** Notes a trim that is about to be tried. */
    public void trimming(Opening opening, long offset) {
        trimsAsked.merge(opening.epoch(), offset, Math::max);
    }

    public void trimmed(Opening opening, long offset) {
        trimsDone.merge(opening.epoch(), offset, Math::max);
    }

    /** Notes that a disk was damaged: acked appends may be gone, but must not come back then. */
    public void damageDone() {
        damaged = true;
    }

    public boolean isDamaged() {
        return damaged;
    }

    /** Returns the end below which all was acked at an epoch lower than that one. */
    public long ackedEndBelow(long epoch) {
        long end = 0;
        for (Opening each : openings.headMap(epoch).values()) {
            end = Math.max(end, each.ackedEnd());
        }
        return end;
    }

    private void require(boolean holds, String message, @Nullable Object... values) {
        if (!holds) {
            throw violated(message, values);
        }
    }

    private HistoryViolation violated(String message, @Nullable Object... values) {
        return new HistoryViolation(name + ": " + message.formatted(values));
    }
}
