package io.oxbow.simulation.world;

import io.oxbow.simulation.kernel.Simulation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The bytes first created in each slot of the metadata log: the canonical chain, whatever was
 * deleted since or created again in a hole.
 */
public final class SlotHistory {

    private static final String SLOTS = "meta/log/";
    private static final String SNAPSHOTS = "meta/snap/";
    private static final int DIGITS = 20;

    private final Simulation simulation;
    private final NavigableMap<Long, byte[]> first = new TreeMap<>();
    private final List<SlotListener> listeners = new ArrayList<>();

    SlotHistory(Simulation simulation) {
        this.simulation = simulation;
    }

    /** Called for each slot of the canonical chain, in order, at the moment it is created. */
    @FunctionalInterface
    public interface SlotListener {
        /**
         * @param timeMillis when it was written, by its writer's clock
         * @param core the encoded records of the core family
         */
        void slot(long slot, long timeMillis, List<byte[]> core);
    }

    public void onSlot(SlotListener listener) {
        listeners.add(listener);
    }

    void created(String key, byte[] body) {
        if (!key.startsWith(SLOTS) || first.containsKey(slotOf(key))) {
            return;
        }
        long slot = slotOf(key);
        var previous = first.lastEntry();
        checkNext(previous == null ? new byte[0] : previous.getValue(), slot, body);
        first.put(slot, body);
        List<byte[]> core = SlotHeader.coreRecords(body);
        long timeMillis = SlotHeader.appendTimeMillis(body);
        listeners.forEach(listener -> listener.slot(slot, timeMillis, core));
    }

    /** Checks invariants 2, 5 and 6, at the moment a slot is created. */
    private void checkNext(byte[] previousBytes, long slot, byte[] body) {
        SlotHeader header = SlotHeader.read(body);
        SlotHeader previous = previousBytes.length == 0 ? null : SlotHeader.read(previousBytes);
        long expected = previous == null ? 1 : previous.slot() + 1;
        simulation.check(
                header.slot() == expected && slot == expected,
                "invariant 5: slot %d (%d) follows slot %d",
                header.slot(),
                slot,
                expected - 1);
        if (previous != null) {
            checkLink(previous, previousBytes, header);
        }
    }

    /** Checks invariant 7, at the moment of a delete. */
    void checkDelete(String key, NavigableMap<String, byte[]> objects) {
        if (!key.startsWith(SLOTS)) {
            return;
        }
        long slot = slotOf(key);
        byte[] canonical = first.get(slot);
        simulation.check(
                canonical != null && SlotHeader.read(canonical).type() != SlotHeader.TAKEOVER,
                "invariant 7: the TAKEOVER in slot %d is deleted",
                slot);
        String highest = objects.lowerKey(SLOTS + "~");
        simulation.check(
                !key.equals(highest), "invariant 7: slot %d is deleted and is the highest", slot);
        String newestSnapshot = objects.lowerKey(SNAPSHOTS + "~");
        simulation.check(
                newestSnapshot != null
                        && newestSnapshot.startsWith(SNAPSHOTS)
                        && slotOf(newestSnapshot) >= slot,
                "invariant 7: slot %d is deleted but no snapshot covers it",
                slot);
    }

    private static long slotOf(String key) {
        int from = key.startsWith(SLOTS) ? SLOTS.length() : SNAPSHOTS.length();
        return Long.parseLong(key, from, from + DIGITS, 10);
    }

    /** Checks invariants 2, 5 and 6 once more, over the whole chain. */
    public void checkChain() {
        byte[] previous = new byte[0];
        for (var entry : first.entrySet()) {
            checkNext(previous, entry.getKey(), entry.getValue());
            previous = entry.getValue();
        }
    }

    private void checkLink(SlotHeader previous, byte[] previousBytes, SlotHeader next) {
        simulation.check(
                next.prevPutId().equals(previous.putId())
                        && next.prevHash().equals(SlotHeader.hash(previousBytes)),
                "invariant 5: slot %d does not chain on slot %d",
                next.slot(),
                previous.slot());
        if (next.type() == SlotHeader.TAKEOVER) {
            simulation.check(
                    next.leaderEpoch() == previous.leaderEpoch() + 1,
                    "invariant 6: takeover in slot %d goes from epoch %d to %d",
                    next.slot(),
                    previous.leaderEpoch(),
                    next.leaderEpoch());
            return;
        }
        simulation.check(
                next.leaderEpoch() == previous.leaderEpoch()
                        && next.incarnation().equals(previous.incarnation())
                        && previous.type() != SlotHeader.RESIGN,
                "invariant 2: slot %d was written by node %d at epoch %d, which did not lead then",
                next.slot(),
                next.nodeId(),
                next.leaderEpoch());
    }

    public long highest() {
        return first.isEmpty() ? 0 : first.lastKey();
    }

    /** Returns the slots whose canonical bytes contain {@code text}. */
    public List<Long> slotsWith(String text) {
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        List<Long> found = new ArrayList<>();
        first.forEach((slot, bytes) -> {
            if (contains(bytes, wanted)) {
                found.add(slot);
            }
        });
        return found;
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (java.util.Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
