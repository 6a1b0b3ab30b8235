package io.oxbow.simulation.engine;

import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.broker.PartitionHost;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.StoreFaults;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Causes what a cluster must live with, one after the other, and sometimes at once. */
final class MemberTroubles {

    /** Time in which a node gives all of its streams away while nothing hinders anyone. */
    private static final Duration DRAIN_MAX = Duration.ofSeconds(30);

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Cluster cluster;
    private final Simulation simulation;
    private final Chance chance;

    MemberTroubles(Cluster cluster) {
        this.cluster = cluster;
        this.simulation = cluster.simulation();
        this.chance = simulation.chance();
    }

    /** Causes one fault, half the time to the node that leads. */
    void strike() throws InterruptedException {
        Member member = chance.nextBoolean() ? leader() : chance.oneOf(cluster.members());
        switch (chance.nextInt(28)) {
            case 0, 1, 2 -> crash(member);
            case 3 -> crash(member, chance.oneOf(cluster.members()));
            case 4, 5, 6, 7 -> pause(member);
            case 8, 9 -> cutOffFromNetwork(member);
            case 10, 11 -> split();
            case 12, 13 -> cutOffFromBucket(List.of(member.life()));
            case 14 -> cutOffFromBucket(List.copyOf(cluster.lives()));
            case 15 -> cluster.storeFaults(StoreFaults.drawn(chance));
            case 16 -> startAgainBeside(member);
            case 17 -> closeInGoodOrder(member);
            case 18, 19 -> drain(member);
            case 20 -> join();
            case 21 -> crash(zone());
            case 22, 23, 24, 25 -> movePartitions();
            default -> moveSomeStream();
        }
    }

    private Member leader() {
        for (Member member : cluster.members()) {
            MetadataLog log = member.life().log();
            if (log != null && log.leadership().here()) {
                return member;
            }
        }
        return chance.oneOf(cluster.members());
    }

    private void say(Member member, String what) {
        simulation.say("%s: %s", member.life(), what);
    }

    /** Starts a node that was not there before. */
    private void join() {
        if (cluster.members().size() < cluster.settings().nodes()) {
            cluster.join();
        }
    }

    /** Returns the nodes of one of the zones. */
    private Member[] zone() {
        int zone = Cluster.zoneOf(chance.oneOf(cluster.members()).nodeId());
        return cluster.members().stream()
                .filter(member -> Cluster.zoneOf(member.nodeId()) == zone)
                .toArray(Member[]::new);
    }

    /** Has some partitions move, as a balancer would that moves at random. */
    private void movePartitions() {
        PartitionHost by = chance.oneOf(cluster.members()).life().host();
        if (by == null) {
            return;
        }
        for (int i = chance.between(1, cluster.topic().partitions()); i > 0; i--) {
            int partition = chance.nextInt(cluster.topic().partitions());
            int node = chance.oneOf(cluster.members()).nodeId();
            simulation.say("partition %d shall move to node %d", partition, node);
            by.wish(partition, node);
        }
    }

    /** Ends processes, and starts them again later. */
    private void crash(Member... victims) throws InterruptedException {
        for (Member victim : victims) {
            say(victim, "killed");
            victim.life().process().crash();
        }
        simulation.sleep(chance.between(Duration.ZERO, Duration.ofSeconds(30)));
        for (Member victim : victims) {
            if (victim.life().process().isDead()) {
                cluster.start(victim);
            }
        }
    }

    private void pause(Member member) {
        say(member, "paused");
        Life life = member.life();
        life.process().pause();
        hinder(
                List.of(life.hindrances()),
                () -> {
                    simulation.say("%s goes on", life);
                    life.process().resume();
                });
    }

    private void cutOffFromNetwork(Member member) {
        say(member, "cut off from the network");
        Life life = member.life();
        cluster.network().cutOff(life, true);
        // Whoever leads may find the others silent, and is not heard by them.
        hinder(network(), () -> cluster.network().cutOff(life, false));
    }

    private void split() {
        Set<Integer> side = new TreeSet<>();
        for (Member member : cluster.members()) {
            if (chance.nextBoolean()) {
                side.add(member.nodeId());
            }
        }
        simulation.say("the network is split: %s from the others", side);
        cluster.network().split(side);
        hinder(network(), () -> cluster.network().split(Set.of()));
    }

    private void cutOffFromBucket(List<Life> lives) {
        simulation.say("cut off from the bucket: %s", lives);
        lives.forEach(life -> life.store().cutOff(true));
        hinder(
                lives.stream().map(Life::hindrances).toList(),
                () -> lives.forEach(life -> life.store().cutOff(false)));
    }

    private List<Hindrances> network() {
        return cluster.lives().stream().map(Life::networkHindrances).toList();
    }

    /** Begins hindrances, and ends them later. */
    private void hinder(List<Hindrances> hindrances, Runnable end) {
        hindrances.forEach(Hindrances::begin);
        simulation.soon(
                chance.between(Duration.ofMillis(100), LONG),
                () -> {
                    end.run();
                    hindrances.forEach(Hindrances::end);
                });
    }

    /** Starts another process on the data directory of one that runs on. */
    private void startAgainBeside(Member member) {
        say(member, "another process of this node starts");
        cluster.start(member);
    }

    private void closeInGoodOrder(Member member) {
        Life life = member.life();
        if (life.streams() != null && life.process().isRunning()) {
            say(member, "closes");
            life.close(false);
        }
    }

    /** Moves all streams away from a node, and closes it when it has none any more. */
    private void drain(Member member) {
        Life life = member.life();
        say(member, "drains");
        cluster.giveAway(member.nodeId());
        if (chance.nextBoolean()) {
            if (life.host() != null) {
                life.close(true);
            }
            return;
        }
        simulation.soon(
                DRAIN_MAX,
                () -> {
                    checkDrained(member, life);
                    closeInGoodOrder(member);
                });
    }

    /** Checks that a node that was to have no stream has none, unless something kept it. */
    private void checkDrained(Member member, Life life) {
        NodeStreams streams = life.streams();
        if (streams == null) {
            return;
        }
        boolean well =
                life == member.life()
                        && !life.isOver()
                        && !cluster.ownsAny(member.nodeId())
                        && cluster.lives().stream().allMatch(MemberTroubles::wasWell);
        if (well) {
            List<CoreImage.StreamState> left =
                    cluster.canon().image().streams().stream()
                            .filter(stream -> stream.ownerNodeEpoch() == streams.nodeEpoch())
                            .filter(stream -> !cluster.topic().has(stream.name()))
                            .toList();
            simulation.check(left.isEmpty(), "%s has drained, and owns %s", life, left);
        }
    }

    private static boolean wasWell(Life life) {
        return life.process().isRunning()
                && life.hindrances().noneFor(DRAIN_MAX)
                && life.networkHindrances().noneFor(DRAIN_MAX)
                && !life.hasFaultyBucket();
    }

    private void moveSomeStream() {
        int stream = chance.nextInt(cluster.settings().streams());
        int node = chance.oneOf(cluster.members()).nodeId();
        simulation.say("stream %d shall move to node %d", stream, node);
        cluster.move(stream, node);
    }
}
