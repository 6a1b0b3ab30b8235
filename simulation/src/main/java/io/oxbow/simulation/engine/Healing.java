package io.oxbow.simulation.engine;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.ObjectKey;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.Platter;
import io.oxbow.simulation.world.StoreFaults;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Ends all faults, and checks that the engine recovers. */
final class Healing {

    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final Simulation simulation;
    private final Duration recoveryMax;

    /**
     * @param recoveryMax bound on the time from the end of all faults to service
     */
    Healing(Cluster cluster, Duration recoveryMax) {
        this.cluster = cluster;
        this.recoveryMax = recoveryMax;
        this.simulation = cluster.simulation();
    }

    /** Restarts processes that have ended, as a supervisor does. */
    void replaceThoseThatSteppedDown() {
        for (Member member : cluster.members()) {
            if (member.life().isOver()) {
                member.life().process().crash();
                member.platter().kill();
                if (member.needsBlankDisk()) {
                    member.platter(new Platter(simulation.chance().split()));
                }
                cluster.start(member);
            }
        }
    }

    /** Ends the faults: paused processes go on, and late requests arrive. */
    void heal() throws InterruptedException {
        cluster.diskHabits(cluster.settings().diskHabits().healthy());
        cluster.storeFaults(StoreFaults.none());
        cluster.network().heal();
        for (Life life : cluster.lives()) {
            life.disk().heal();
            life.store().cutOff(false);
            life.process().resume();
        }
        simulation.say("all is well again");
        simulation.sleep(LOOK);
        awaitService();
    }

    private void awaitService() throws InterruptedException {
        long deadline = simulation.clock().nanoTime() + recoveryMax.toNanos();
        while (!allServe()) {
            replaceThoseThatSteppedDown();
            simulation.check(
                    simulation.clock().nanoTime() < deadline,
                    "all is well again, but after %s not every node serves: %s",
                    recoveryMax,
                    cluster.members().stream().map(each -> each.life().state()).toList());
            simulation.sleep(LOOK);
        }
    }

    private boolean allServe() {
        return cluster.members().stream()
                .map(Member::life)
                .allMatch(life -> life.streams() != null && !life.isOver() && !life.isClosing());
    }

    /** Reads all records where they should be, and compares all that can be compared. */
    void audit() throws InterruptedException {
        readEverything();
        awaitEveryoneAtTheEnd();
        cluster.bucket().slots().checkChain();
        if (simulation.chance().oneIn(30)) {
            checkNoGarbage();
        }
    }

    private void readEverything() throws InterruptedException {
        Map<Integer, Life> readers = new HashMap<>();
        Set<Integer> read = new HashSet<>();
        long deadline = simulation.clock().nanoTime() + recoveryMax.toNanos();
        while (read.size() < cluster.settings().streams()) {
            for (int i = 0; i < cluster.settings().streams(); i++) {
                Life life = cluster.member(cluster.ownerOf(i)).life();
                if (life.streams() != null && readers.put(i, life) != life) {
                    read(life, i, read);
                }
            }
            simulation.check(
                    simulation.clock().nanoTime() < deadline,
                    "all is well again, but only streams %s can be read",
                    read);
            simulation.sleep(LOOK);
            replaceThoseThatSteppedDown();
        }
    }

    private static void read(Life life, int stream, Set<Integer> read) {
        life.process()
                .spawn(() -> {
                    try {
                        life.client(stream).audit();
                        read.add(stream);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    /** Waits until every follower is at the present end of the log, whatever is added meanwhile. */
    private void awaitEveryoneAtTheEnd() throws InterruptedException {
        long end = cluster.canon().image().slot();
        long deadline = simulation.clock().nanoTime() + recoveryMax.toNanos();
        for (Member member : cluster.members()) {
            while (slotOf(member) < end) {
                simulation.check(
                        simulation.clock().nanoTime() < deadline,
                        "%s stays at slot %d, the log was at %d",
                        member.life().state(),
                        slotOf(member),
                        end);
                simulation.sleep(LOOK);
                replaceThoseThatSteppedDown();
            }
        }
    }

    private static long slotOf(Member member) {
        MetadataLog log = member.life().log();
        return log == null ? -1 : log.image().slot();
    }

    /**
     * Returns true for an object of a live node that has not been settled: for all that others
     * know, its upload is under way.
     */
    private static boolean isUnsettled(CoreImage image, String path) {
        ObjectKey key = ObjectKey.parse(path).orElseThrow();
        return image.node(key.nodeId())
                .filter(node -> node.nodeEpoch() == key.nodeEpoch() && !node.fenced())
                .filter(node -> key.number() >= node.settledBelow())
                .isPresent();
    }

    /**
     * Checks that no unreferenced object is left. One that was deleted and came back by a late put
     * is passed over: that it was committed once is all that is known of it, so nobody dares to
     * delete it.
     */
    private void checkNoGarbage() throws InterruptedException {
        cluster.quiet();
        simulation.sleep(Duration.ofMinutes(25)); // every prefix has its turn
        CoreImage image = cluster.canon().image();
        for (String key : cluster.bucket().keys("objects/")) {
            boolean isRecent = cluster.bucket().ageOf(key).compareTo(Duration.ofMinutes(10)) < 0;
            simulation.check(
                    cluster.extents().isNeeded(key)
                            || isRecent
                            || isUnsettled(image, key)
                            || cluster.bucket().wasDeleted(key),
                    "%s is never deleted: committed %s, to be deleted %s, maybe needed %s",
                    key,
                    image.wasCommitted(key),
                    image.dereferencedObjects(1000).stream().anyMatch(o -> o.key().equals(key)),
                    image.mayBeNeeded(key));
        }
    }
}
