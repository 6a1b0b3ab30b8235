package io.oxbow.node.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.process.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Has faults befall a cluster, and heals them. */
final class Faults {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int MACHINES = 3;

    private final Cluster cluster;
    private final History history;
    private final String bucketAddress;

    Faults(Cluster cluster, History history, String bucketAddress) {
        this.cluster = cluster;
        this.history = history;
        this.bucketAddress = bucketAddress;
    }

    private interface Waiting {
        boolean isOver() throws Exception;
    }

    /** Has a fault begin, last, and end. */
    void befall(Fault fault) throws Exception {
        List<Machine> machines = cluster.machines();
        Machine target = machines.get(fault.target() % machines.size());
        switch (fault.kind()) {
            case KILL -> kill(fault, List.of(target));
            case KILL_LEADER -> kill(fault, List.of(leader().orElse(target)));
            case ZONE_GONE ->
                    kill(
                            fault,
                            machines.stream()
                                    .filter(each -> each.zone().equals(target.zone()))
                                    .toList());
            case SUSPEND -> suspend(fault, target);
            case CUT_NODES -> cutNodes(fault, target, peer(fault, target));
            case CUT_BUCKET -> cutBucket(fault, target);
            case ISOLATE -> isolate(fault, target);
            case ROLLING_RESTART -> rollingRestart(fault);
            case DRAIN -> drain(fault, target);
            case JOIN -> join(fault);
        }
        history.note(Event.Healed::new);
    }

    private void struck(Fault fault, List<Machine> machines) {
        List<String> names = machines.stream().map(Machine::name).toList();
        history.note(at -> new Event.Struck(at, fault.kind(), names));
        tell("%s %s, %.1f s", fault.kind(), names, fault.length().toMillis() / 1000.0);
    }

    private void tell(String format, Object... arguments) {
        System.out.printf("%7.1f s  %s%n", history.now() / 1000.0, format.formatted(arguments));
    }

    private void hold(Fault fault) throws Exception {
        cluster.pass(fault.length().toMillis());
    }

    private Machine peer(Fault fault, Machine target) {
        List<Machine> others = cluster.machines().stream().filter(each -> each != target).toList();
        return others.get(fault.peer() % others.size());
    }

    private Optional<Machine> leader() throws InterruptedException {
        for (Machine machine : cluster.machines()) {
            if (machine.leads()) {
                return Optional.of(machine);
            }
        }
        return Optional.empty();
    }

    private void kill(Fault fault, List<Machine> targets) throws Exception {
        struck(fault, targets);
        for (Machine target : targets) {
            target.kill();
        }
        hold(fault);
        for (Machine target : targets) {
            target.start();
        }
    }

    private void suspend(Fault fault, Machine target) throws Exception {
        struck(fault, List.of(target));
        target.suspend();
        hold(fault);
        target.resume();
    }

    private void cutNodes(Fault fault, Machine one, Machine other) throws Exception {
        struck(fault, List.of(one, other));
        one.cut(other.address());
        other.cut(one.address());
        hold(fault);
        one.mend();
        other.mend();
    }

    private void cutBucket(Fault fault, Machine target) throws Exception {
        struck(fault, List.of(target));
        target.cut(bucketAddress);
        hold(fault);
        target.mend();
    }

    private void isolate(Fault fault, Machine target) throws Exception {
        struck(fault, List.of(target));
        for (Machine machine : cluster.machines()) {
            if (machine != target) {
                machine.cut(target.address());
                target.cut(machine.address());
            }
        }
        hold(fault);
        for (Machine machine : cluster.machines()) {
            machine.mend();
        }
    }

    private void rollingRestart(Fault fault) throws Exception {
        struck(fault, cluster.machines());
        for (Machine machine : cluster.machines()) {
            terminate(machine);
            machine.start();
            await(machine.name() + " is ready again", machine::isReady);
        }
    }

    private void terminate(Machine machine) throws Exception {
        Optional<Integer> code = machine.terminate(PATIENCE);
        if (code.isEmpty() || code.get() != 0) {
            history.note(at ->
                    new Event.Died(
                            at,
                            machine.name(),
                            "SIGTERM: "
                                    + code.map(each -> "exit code " + each)
                                            .orElse("no end within " + PATIENCE)));
            machine.kill();
        }
    }

    private void drain(Fault fault, Machine target) throws Exception {
        int node = node(target);
        Machine asked = peer(fault, target);
        struck(fault, List.of(target));
        say(asked.command("node", "drain", String.valueOf(node), "--timeout", "60"));
        terminate(target);
        hold(fault);
        target.start();
        await(target.name() + " is ready again", target::isReady);
        say(asked.command("node", "uncordon", String.valueOf(node)));
    }

    /** Tells what became of a command; one that failed is no finding by itself. */
    private void say(Outcome outcome) {
        tell(
                "  exit %d: %s",
                outcome.exit(),
                (outcome.out() + outcome.err()).strip().replaceAll("\\s*\\R\\s*", " | "));
    }

    /** Returns the id of a machine's node. */
    private static int node(Machine machine) throws Exception {
        String json = machine.get("/cluster").orElse("{}");
        for (JsonNode node : new ObjectMapper().readTree(json).path("nodes")) {
            if (node.path("http").asText().equals(machine.http())) {
                return node.path("node").asInt();
            }
        }
        throw new AssertionError("%s is not in %s".formatted(machine.name(), json));
    }

    private void join(Fault fault) throws Exception {
        List<Machine> machines = new ArrayList<>(cluster.machines());
        if (machines.size() > MACHINES) {
            Machine former = machines.getLast();
            int node = node(former);
            struck(fault, List.of(former));
            terminate(former);
            cluster.remove(former);
            say(machines.getFirst().command("node", "remove", String.valueOf(node)));
        } else {
            struck(fault, List.of());
        }
        Machine joined = cluster.add("a");
        await(joined.name() + " is ready", joined::isReady);
    }

    private void await(String what, Waiting waiting) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!waiting.isOver()) {
            if (System.nanoTime() > deadline) {
                history.note(at ->
                        new Event.Died(at, "fault", "not within %s: %s".formatted(PATIENCE, what)));
                cluster.dump();
                return;
            }
            cluster.pass(200);
        }
    }
}
