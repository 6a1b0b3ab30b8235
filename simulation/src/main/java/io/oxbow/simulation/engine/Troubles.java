package io.oxbow.simulation.engine;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.Platter;
import io.oxbow.simulation.world.StoreFaults;
import java.time.Duration;
import java.util.List;

/** Causes the faults of a run, one after the other, and sometimes at once. */
final class Troubles {

    private static final Duration LONG = Duration.ofMinutes(2);

    private final Cluster cluster;
    private final Simulation simulation;
    private final Chance chance;

    Troubles(Cluster cluster) {
        this.cluster = cluster;
        this.simulation = cluster.simulation();
        this.chance = simulation.chance();
    }

    /** Causes one fault. */
    void strike() throws InterruptedException {
        Member member = chance.oneOf(cluster.members());
        switch (chance.nextInt(20)) {
            case 0, 1, 2 -> crash(member);
            case 3 -> kill(member);
            case 4, 5, 6 -> pause(member);
            case 7, 8 -> replace(member);
            case 9 -> cutOffFromNetwork(member);
            case 10 -> cutOffFromBucket(member);
            case 11 -> bucketGoesAway();
            case 12 -> cluster.storeFaults(StoreFaults.drawn(chance));
            case 13 -> member.life().process().jumpWall(jump());
            case 14 -> fence(member);
            case 15 -> closeInGoodOrder(member);
            default -> moveSomeStream();
        }
    }

    private void say(Member member, String what) {
        simulation.say("%s: %s", member.life(), what);
    }

    private Duration jump() {
        Duration by = chance.between(Duration.ZERO, Duration.ofDays(1));
        return chance.nextBoolean() ? by : by.negated();
    }

    /** Cuts a machine's power, and brings it back. */
    private void crash(Member member) throws InterruptedException {
        say(member, "power failure");
        member.life().process().crash();
        member.platter().crash();
        if (cluster.settings().damage() && chance.nextBoolean()) {
            damage(member.platter());
        }
        restart(member);
    }

    private void kill(Member member) throws InterruptedException {
        say(member, "killed");
        member.life().process().crash();
        member.platter().kill();
        restart(member);
    }

    private void restart(Member member) throws InterruptedException {
        simulation.sleep(chance.between(Duration.ZERO, Duration.ofSeconds(10)));
        cluster.start(member);
    }

    private void damage(Platter platter) {
        cluster.damage();
        simulation.say("a disk is damaged");
        switch (chance.nextInt(4)) {
            case 0 -> platter.corrupt(0);
            case 1 -> platter.misdirect();
            case 2 -> platter.forgetSome();
            default -> platter.staleHeader();
        }
    }

    /** Makes a process a zombie: it goes on later as if nothing had happened. */
    private void pause(Member member) {
        say(member, "paused");
        Life life = member.life();
        life.process().pause();
        simulation.soon(chance.between(Duration.ofMillis(100), LONG), () -> wake(life));
    }

    private void wake(Life life) {
        simulation.say("%s goes on", life);
        life.process().resume();
    }

    /** Gives a node's disk to another process, whatever becomes of the present one. */
    private void replace(Member member) {
        say(member, "its disk is given to another process");
        Life old = member.life();
        boolean wakes = chance.nextBoolean();
        if (wakes) {
            old.process().pause();
        }
        cluster.start(member);
        if (wakes) {
            simulation.soon(chance.between(Duration.ofMillis(10), LONG), () -> wake(old));
        }
    }

    private void cutOffFromNetwork(Member member) {
        say(member, "cut off from the network");
        Life life = member.life();
        cluster.network().cutOff(life, true);
        simulation.soon(
                chance.between(Duration.ofSeconds(1), LONG),
                () -> cluster.network().cutOff(life, false));
    }

    private void cutOffFromBucket(Member member) {
        say(member, "cut off from the bucket");
        Life life = member.life();
        life.store().cutOff(true);
        simulation.soon(
                chance.between(Duration.ofSeconds(1), LONG), () -> life.store().cutOff(false));
    }

    private void bucketGoesAway() {
        simulation.say("the bucket goes away");
        List<Life> lives = List.copyOf(cluster.lives());
        lives.forEach(life -> life.store().cutOff(true));
        simulation.soon(
                chance.between(Duration.ofSeconds(5), LONG),
                () -> lives.forEach(life -> life.store().cutOff(false)));
    }

    /** Fences a node that another takes for dead. */
    private void fence(Member member) {
        say(member, "somebody fences it");
        Life by = chance.oneOf(cluster.members()).life();
        MetadataLog log = by.log();
        if (log == null) {
            return;
        }
        log.image()
                .node(member.nodeId())
                .ifPresent(node ->
                        by.process().spawn(() -> fence(by, log, node.nodeId(), node.nodeEpoch())));
    }

    private void fence(Life by, MetadataLog log, int nodeId, long nodeEpoch) {
        try {
            new ForwardingLog(by, log, cluster.answers(), cluster.network())
                    .append(List.of(new CoreRecord.FenceNode(nodeId, nodeEpoch)));
        } catch (S3StreamException e) {
            by.requireExpected("fencing", e);
        }
    }

    private void closeInGoodOrder(Member member) {
        say(member, "closes");
        Life life = member.life();
        if (life.streams() != null && life.process().isRunning()) {
            life.close(false);
        }
    }

    private void moveSomeStream() {
        int stream = chance.nextInt(cluster.settings().streams());
        int node = chance.between(1, cluster.settings().nodes());
        simulation.say("stream %d shall move to node %d", stream, node);
        cluster.move(stream, node);
    }
}
