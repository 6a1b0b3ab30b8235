package io.oxbow.node.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The machines, their supervisor, and a watch that asks each node whether it is ready. */
final class Cluster implements AutoCloseable {

    private static final long ASKED_EVERY_MILLIS = 500;

    private final Ethernet network;
    private final Path directory;
    private final Map<String, String> settings;
    private final History history;
    private final List<Machine> machines = new CopyOnWriteArrayList<>();
    private final Thread watch;
    private volatile boolean closing;
    private int newest;

    Cluster(Ethernet network, Path directory, Map<String, String> settings, History history) {
        this.network = network;
        this.directory = directory;
        this.settings = settings;
        this.history = history;
        this.watch = Thread.ofPlatform().name("watch").start(this::watch);
    }

    /** Starts a node on a new machine. */
    Machine add(String zone) throws Exception {
        var machine = new Machine(++newest, zone, network, directory, settings);
        machine.start();
        machines.add(machine);
        return machine;
    }

    /** Takes a machine away, whose process has ended. */
    void remove(Machine machine) {
        machines.remove(machine);
        history.note(at -> new Event.Left(at, machine.name()));
    }

    List<Machine> machines() {
        return List.copyOf(machines);
    }

    /** Kafka's addresses of those machines that a client is told of. */
    String bootstrap() {
        return String.join(",", machines.stream().map(Machine::kafka).toList());
    }

    private void watch() {
        while (!closing) {
            try {
                for (Machine machine : machines) {
                    ask(machine);
                }
                Thread.sleep(ASKED_EVERY_MILLIS);
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                history.note(at -> new Event.Died(at, "watch", e.toString()));
                return;
            }
        }
    }

    private void ask(Machine machine) throws Exception {
        boolean ready = machine.isReady();
        if (machines.contains(machine)) {
            history.note(at -> new Event.Asked(at, machine.name(), ready));
        }
    }

    /** Starts processes again that have ended by themselves, as a supervisor does. */
    void supervise() throws Exception {
        for (Machine machine : machines) {
            var code = machine.ended();
            if (code.isPresent()) {
                history.note(at -> new Event.Ended(at, machine.name(), code.get()));
                System.out.printf(
                        "%7.1f s    %s ended by itself with exit code %d%n",
                        history.now() / 1000.0, machine.name(), code.get());
                machine.start();
            }
        }
    }

    /** Supervises for a while. */
    void pass(long millis) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        do {
            supervise();
            Thread.sleep(Math.min(200, millis));
        } while (System.nanoTime() < end);
    }

    boolean allReady() throws InterruptedException {
        for (Machine machine : machines) {
            if (!machine.isReady()) {
                return false;
            }
        }
        return true;
    }

    /** Writes the stacks of all nodes' threads to their outputs. */
    void dump() throws Exception {
        for (Machine machine : machines) {
            machine.dump();
        }
        Thread.sleep(2_000);
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        watch.interrupt();
        watch.join();
        for (Machine machine : new ArrayList<>(machines)) {
            machine.close();
        }
    }
}
