package io.oxbow.simulation.engine;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.kernel.Simulation;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Checks the rules of membership. Who is well is not fenced, nor deposed; who is fenced stops; no
 * start of a node unseats a later one.
 */
final class MemberAudit implements Canon.Watch {

    /** Time after a hindrance in which its effects may show. */
    private static final Duration AFTERMATH = Duration.ofSeconds(40);

    /** Longest service of a process that has seen itself fenced. */
    private static final Duration STALE_MAX = Duration.ofSeconds(60);

    private static final Duration LOOK = Duration.ofSeconds(5);

    /** Time from one contact to the next, with one that has no answer between. */
    private static final Duration CONTACT_MAX = Duration.ofSeconds(3);

    /** Leader of which a process has learned last. */
    private record Learned(int leaderEpoch, long atNanos) {}

    private final Cluster cluster;
    private final Simulation simulation;
    private final TreeMap<Integer, Life> leaders = new TreeMap<>();
    private final Map<Life, Learned> learned = new HashMap<>();
    private final Set<CoreRecord> late = new HashSet<>();
    private final Map<Life, Long> fencedSince = new HashMap<>();

    MemberAudit(Cluster cluster) {
        this.cluster = cluster;
        this.simulation = cluster.simulation();
        cluster.canon().watch(this);
        cluster.onLeader(this::told);
        simulation.soon(LOOK, this::lookForStale);
    }

    @Override
    public void applying(List<CoreRecord> records, CoreImage before) {
        late.clear();
        for (CoreRecord record : records) {
            if (record instanceof CoreRecord.RegisterNode register
                    && isLate(register, before.node(register.nodeId()))) {
                late.add(record);
            }
            if (record instanceof CoreRecord.FenceNode fence) {
                before.node(fence.nodeId())
                        .filter(node -> node.nodeEpoch() == fence.nodeEpoch() && !node.fenced())
                        .ifPresent(this::checkNotWell);
            }
        }
    }

    private void checkNotWell(CoreImage.NodeState node) {
        for (Life life : cluster.lives()) {
            if (life.incarnation().equals(node.incarnation())) {
                simulation.check(
                        !isWell(life) || !isReached(life) || !knowsItsLeader(life),
                        "%s was well, and is fenced",
                        life);
            }
        }
    }

    /** Returns false if the bucket has not told a process yet whom to keep in contact with. */
    private boolean knowsItsLeader(Life life) {
        Learned last = learned.get(life);
        return last != null
                && last.leaderEpoch() == leaders.lastKey()
                && simulation.clock().nanoTime() - last.atNanos() > CONTACT_MAX.toNanos();
    }

    private static boolean isReached(Life life) {
        return life.networkHindrances().noneFor(AFTERMATH);
    }

    private static boolean isWell(Life life) {
        return life.process().isRunning()
                && !life.isOver()
                && !life.isClosing()
                && life.hindrances().noneFor(AFTERMATH);
    }

    /** Returns true if a later start on the same data directory has registered, and lives. */
    private static boolean isLate(
            CoreRecord.RegisterNode register, Optional<CoreImage.NodeState> holder) {
        return holder.filter(node -> !node.fenced())
                .filter(node -> node.membership().start() > register.membership().start())
                .isPresent();
    }

    @Override
    public void applied(Canon.Applied slot) {
        for (int i = 0; i < slot.records().size(); i++) {
            CoreRecord record = slot.records().get(i);
            simulation.check(
                    !late.contains(record)
                            || !(slot.results().get(i) instanceof ApplyResult.Registered),
                    "%s unseats a later start",
                    record);
        }
    }

    /** Checks that a leader whose successor is here had reason to be silent. */
    private void told(Life life, MetadataLog.Leadership leadership) {
        learned.put(life, new Learned(leadership.leaderEpoch(), simulation.clock().nanoTime()));
        if (!leadership.here()) {
            return;
        }
        simulation.say("%s leads at epoch %d", life, leadership.leaderEpoch());
        leaders.put(leadership.leaderEpoch(), life);
        Life before = leaders.get(leadership.leaderEpoch() - 1);
        boolean well = before != null && isWell(before) && !before.hasFaultyBucket();
        simulation.check(
                !well,
                "%s was well, and is deposed by %s",
                before == null ? "nobody" : before,
                life);
    }

    private void lookForStale() {
        for (Life life : cluster.lives()) {
            CoreImage image = life.image();
            boolean stale =
                    image != null
                            && isWell(life)
                            && image.node(life.nodeId())
                                    .filter(CoreImage.NodeState::fenced)
                                    .filter(node -> node.incarnation().equals(life.incarnation()))
                                    .isPresent();
            if (stale) {
                long since =
                        fencedSince.computeIfAbsent(life, ignored -> simulation.clock().nanoTime());
                simulation.check(
                        simulation.clock().nanoTime() - since < STALE_MAX.toNanos(),
                        "%s has seen itself fenced for %s, and serves on",
                        life,
                        STALE_MAX);
            }
        }
        simulation.soon(LOOK, this::lookForStale);
    }
}
