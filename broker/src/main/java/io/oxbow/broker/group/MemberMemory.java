package io.oxbow.broker.group;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.memory.MemoryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ledger of what members of groups say of themselves, and of their assignments, which the
 * coordinator keeps as long as they are members. Thread-safe.
 *
 * <p>A member counts from its request to join on until it leaves, or was not heard of for its
 * patience. While the budget is more than half used, whoever was not heard of for ten seconds is
 * expelled, those first that hold the most bytes times seconds.
 */
final class MemberMemory {

    /** Heap of a member and of a group of one, without what the member says of itself. */
    private static final int MEMBER_BYTES = 2 << 10;

    /** Several of the intervals at which clients tell that they live. */
    private static final long SILENCE_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long SWEEP_INTERVAL_NANOS = Duration.ofMillis(100).toNanos();

    /** Part of the budget for those who join without an id, by which they could be expelled. */
    private static final int UNNAMED_SHARE = 4;

    /** A member by its id, which is empty before it has one. */
    record Member(String group, String id) {}

    /**
     * A request to join.
     *
     * @param bytes that the member says of itself
     * @param patience after which it is no member any more, if nothing is heard of it
     * @param connected tells if its client still waits
     */
    record Joining(Member member, long bytes, Duration patience, BooleanSupplier connected) {}

    /** Memory of one member. */
    final class Held {

        private final long patienceNanos;
        private BooleanSupplier waits;
        private Member member;
        private long bytes;
        private long assignmentBytes;
        private long seenNanos;

        private Held(Joining joining, long bytes) {
            member = joining.member();
            patienceNanos = joining.patience().toNanos();
            waits = joining.connected();
            this.bytes = bytes;
            seenNanos = clock.nanoTime();
        }

        private long allBytes() {
            return bytes + assignmentBytes;
        }

        private long silentNanos(long now) {
            return waits.getAsBoolean() ? 0 : now - seenNanos;
        }
    }

    private final MemoryBudget budget;
    private final Clock clock;
    private final Map<Member, Held> named = new HashMap<>();
    private final Set<Held> unnamed = new HashSet<>();
    private long unnamedBytes;
    private long sweptNanos;

    MemberMemory(MemoryBudget budget, Clock clock) {
        this.budget = budget;
        this.clock = clock;
        sweptNanos = clock.nanoTime() - SWEEP_INTERVAL_NANOS;
    }

    /** Returns the members that have to leave so that others find room; called before a join. */
    synchronized List<Member> overdue() {
        long now = clock.nanoTime();
        if (now - sweptNanos < SWEEP_INTERVAL_NANOS) {
            return List.of();
        }
        sweptNanos = now;
        List.copyOf(unnamed).stream()
                .filter(held -> held.silentNanos(now) > held.patienceNanos)
                .forEach(this::release);
        List<Held> silent = new ArrayList<>();
        for (Held held : named.values()) {
            long nanos = held.silentNanos(now);
            if (nanos > held.patienceNanos || isShort() && nanos > SILENCE_NANOS) {
                silent.add(held);
            }
        }
        silent.sort(
                Comparator.comparingDouble(
                        held -> -(double) held.allBytes() * held.silentNanos(now)));
        List<Member> expelled = new ArrayList<>();
        for (Held held : silent) {
            if (isShort() || held.silentNanos(now) > held.patienceNanos) {
                expelled.add(held.member);
                release(held);
            }
        }
        return expelled;
    }

    private boolean isShort() {
        return budget.usedBytes() > budget.bytesMax() / 2;
    }

    /** Reserves memory for a member that joins; null where there is no room. */
    synchronized @Nullable Held tryHold(Joining joining) {
        Held before = named.get(joining.member());
        long bytes = joining.bytes() + MEMBER_BYTES;
        boolean hasName = !joining.member().id().isEmpty();
        if (!hasName && unnamedBytes + bytes > budget.bytesMax() / UNNAMED_SHARE) {
            return null;
        }
        long more = bytes - (before == null ? 0 : before.bytes);
        if (more > 0 && !budget.tryReserve(more)) {
            return null;
        }
        if (more < 0) {
            budget.release(-more);
        }
        var held = new Held(joining, bytes);
        if (hasName) {
            held.assignmentBytes = before == null ? 0 : before.assignmentBytes;
            named.put(joining.member(), held);
        } else {
            unnamed.add(held);
            unnamedBytes += bytes;
        }
        return held;
    }

    /** Notes the answer to a join: the member's id, or null when it was not let in. */
    synchronized void answered(Held held, @Nullable String id) {
        held.waits = () -> false;
        held.seenNanos = clock.nanoTime();
        if (id == null) {
            release(held);
        } else if (unnamed.remove(held)) {
            unnamedBytes -= held.bytes;
            held.member = new Member(held.member.group(), id);
            Held before = named.put(held.member, held);
            if (before != null) {
                budget.release(before.allBytes());
            }
        }
    }

    /**
     * Counts the assignments that a leader hands in; false, and nothing is changed, without room.
     */
    synchronized boolean tryAssign(Member leader, long bytes) {
        Held held = named.get(leader);
        if (held == null || bytes == 0) {
            return true; // the coordinator will not know it either
        }
        long more = bytes - held.assignmentBytes;
        if (more > 0 && !budget.tryReserve(more)) {
            return false;
        }
        if (more < 0) {
            budget.release(-more);
        }
        held.assignmentBytes = bytes;
        held.seenNanos = clock.nanoTime();
        return true;
    }

    /** Notes that a member was heard of. */
    synchronized void seen(Member member) {
        Held held = named.get(member);
        if (held != null) {
            held.seenNanos = clock.nanoTime();
        }
    }

    /** Releases the memory of a member that has left. */
    synchronized void left(Member member) {
        Held held = named.get(member);
        if (held != null) {
            release(held);
        }
    }

    private void release(Held held) {
        if (unnamed.remove(held)) {
            unnamedBytes -= held.bytes;
            budget.release(held.allBytes());
        } else if (named.remove(held.member, held)) {
            budget.release(held.allBytes());
        }
    }
}
