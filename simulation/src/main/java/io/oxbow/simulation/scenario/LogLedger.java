package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.SlotHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Answers that callers of the metadata log got, and records that its followers were shown. */
final class LogLedger {

    private final Simulation simulation;
    private final SlotHistory slots;
    private final Set<String> acked = new TreeSet<>();
    private final Set<String> failed = new TreeSet<>();
    private final Set<String> unknown = new TreeSet<>();
    private final List<String> shown = new ArrayList<>();
    private final Map<Integer, String> leaders = new TreeMap<>();
    private int names;

    LogLedger(Simulation simulation, SlotHistory slots) {
        this.simulation = simulation;
        this.slots = slots;
    }

    /** Returns a name that no other append has, and that is part of no other. */
    String newName(String family) {
        return "%s/%d;".formatted(family, names++);
    }

    /** Checks invariant 1, at the moment of the ack. */
    void acked(String name) {
        List<Long> where = slots.slotsWith(name);
        simulation.check(
                where.size() == 1, "invariant 1: %s was acked and is in slots %s", name, where);
        acked.add(name);
    }

    void failed(String name) {
        failed.add(name);
    }

    void unknown(String name) {
        unknown.add(name);
    }

    /**
     * Checks invariant 3 for the application's records: every follower is shown the same at an
     * offset.
     */
    void shown(long offset, String record) {
        if (offset == shown.size()) {
            shown.add(record);
            return;
        }
        simulation.check(
                offset < shown.size() && shown.get((int) offset).equals(record),
                "invariant 3: offset %d is %s here and %s there (of %d)",
                offset,
                record,
                offset < shown.size() ? shown.get((int) offset) : "nothing",
                shown.size());
    }

    /** Returns a summary of the application's records below an offset, as put into snapshots. */
    String summary(long endOffset) {
        return endOffset + ":" + shown.subList(0, (int) endOffset).hashCode();
    }

    /** Checks that one process leads at an epoch. */
    void leads(MetadataLog.Leadership leader) {
        String who = leader.nodeId() + " " + leader.incarnation();
        String known = leaders.putIfAbsent(leader.leaderEpoch(), who);
        simulation.check(
                known == null || known.equals(who),
                "epoch %d is led by %s and by %s",
                leader.leaderEpoch(),
                known,
                who);
    }

    /** Compares the answers with the log, at the end. */
    void checkAgainstLog(Set<String> inImage) {
        slots.checkChain();
        for (String name : acked) {
            simulation.check(
                    slots.slotsWith(name).size() == 1 && isInImage(name, inImage),
                    "invariant 1: %s was acked and is gone",
                    name);
        }
        for (String name : failed) {
            simulation.check(
                    slots.slotsWith(name).isEmpty() && !isInImage(name, inImage),
                    "invariant 4: %s failed and is in the log",
                    name);
        }
        for (String name : unknown) {
            if (name.startsWith("core")) {
                simulation.check(
                        slots.slotsWith(name).isEmpty() != isInImage(name, inImage),
                        "invariant 3: %s is in the log or in the image, but not in both",
                        name);
            }
        }
    }

    private static boolean isInImage(String name, Set<String> inImage) {
        return name.startsWith("core") ? inImage.contains(name) : true;
    }
}
