package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.log.LogConfig;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.FaultyObjectStore;
import io.oxbow.simulation.world.SimulatedBucket;
import io.oxbow.simulation.world.StoreFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Rival leaders of one metadata log, over a bucket that loses and delays requests. Processes crash
 * with requests under way, stall for minutes and go on as zombies, close in the middle, and take
 * the log from each other at whim. Snapshots come often, so that slots are deleted while a process
 * still means to write them.
 */
public final class MetadataLogScenario implements Scenario {

    private static final int NODES = 3;

    @Override
    public String name() {
        return "metadata-log";
    }

    @Override
    public long stepsMax() {
        return 600_000;
    }

    @Override
    public void run(Simulation simulation, Seams seams) throws InterruptedException {
        new Run(simulation, seams).run();
    }

    private static final class Run {
        private final Simulation simulation;
        private final Seams seams;
        private final Chance chance;
        private final SimulatedBucket bucket;
        private final LogLedger ledger;
        private final StoreFaults faults;
        private final int snapshotEverySlots;
        private final int slotBytesMax;
        private final List<LogNode> nodes = new ArrayList<>();

        Run(Simulation simulation, Seams seams) {
            this.simulation = simulation;
            this.seams = seams;
            this.chance = simulation.chance();
            this.bucket = new SimulatedBucket(simulation);
            this.ledger = new LogLedger(simulation, bucket.slots());
            this.faults = StoreFaults.drawn(chance);
            this.snapshotEverySlots = chance.between(2, 12);
            this.slotBytesMax = chance.oneOf(List.of(1, 300, 1 << 20));
        }

        void run() throws InterruptedException {
            for (int id = 0; id < NODES; id++) {
                nodes.add(start(id, faults));
            }
            for (int i = chance.between(5, 25); i > 0; i--) {
                simulation.sleep(chance.between(Duration.ofMillis(10), Duration.ofSeconds(20)));
                disturb(chance.nextInt(NODES));
            }
            heal();
            audit();
        }

        private LogNode start(int id, StoreFaults storeFaults) {
            SimulatedProcess process = simulation.process("node-" + id);
            var store = new FaultyObjectStore(simulation, bucket, process, storeFaults);
            var node = new LogNode(simulation, ledger, seams, process, store);
            LogConfig config = config(id);
            process.spawn(() -> node.live(config));
            return node;
        }

        private LogConfig config(int id) {
            return new LogConfig(
                    id,
                    chance.uuid(),
                    slotBytesMax,
                    Duration.ofMillis(20),
                    Duration.ofMillis(500),
                    Duration.ofMillis(20),
                    Duration.ofSeconds(2),
                    snapshotEverySlots,
                    64L << 20);
        }

        private void disturb(int id) {
            LogNode node = nodes.get(id);
            switch (chance.nextInt(10)) {
                case 0, 1, 2 -> {
                    node.process().crash();
                    nodes.set(id, start(id, faults));
                }
                case 3, 4, 5, 6 -> {
                    node.process().pause();
                    simulation.later(
                            chance.between(Duration.ofSeconds(1), Duration.ofMinutes(3)),
                            node.process()::resume);
                }
                case 7, 8 -> {
                    if (node.log() instanceof MetadataLog log) {
                        node.process().spawn(log::close);
                        node.stop();
                        nodes.set(id, start(id, faults));
                    }
                }
                default -> node.store().faults(StoreFaults.drawn(chance));
            }
        }

        /** Ends the faults; every stalled process goes on, and every late request arrives. */
        private void heal() throws InterruptedException {
            for (LogNode node : nodes) {
                node.store().faults(StoreFaults.none());
                node.process().resume();
                node.stop();
            }
            simulation.sleep(Duration.ofMinutes(10));
        }

        private void audit() throws InterruptedException {
            SimulatedProcess process = simulation.process("auditor");
            var store = new FaultyObjectStore(simulation, bucket, process, StoreFaults.none());
            var auditor = new LogNode(simulation, ledger, Seams.none(), process, store);
            LogConfig config = config(NODES);
            auditor.stop();
            var opened = new CompletableFuture<MetadataLog>();
            process.spawn(() -> {
                auditor.live(config);
                MetadataLog log = java.util.Objects.requireNonNull(auditor.log());
                ledger.leads(log.takeOver(leader -> MetadataLog.LeaderSign.ENDED));
                opened.complete(log);
            });
            MetadataLog log = opened.join();
            // A leader that was deposed while it had nothing to write learns that by writing.
            nodes.forEach(node -> node.process().spawn(node::appendOnce));
            simulation.sleep(Duration.ofMinutes(1));
            checkEveryoneAgrees(log);
            Set<String> names = new TreeSet<>(log.image().pointers("core/").keySet());
            ledger.checkAgainstLog(names);
        }

        /** Checks invariant 13, and that every follower reaches the end. */
        private void checkEveryoneAgrees(MetadataLog auditor) {
            for (LogNode node : nodes) {
                MetadataLog log = node.log();
                simulation.check(log != null, "%s never opened the log", node.process().name());
                if (log != null) {
                    simulation.check(
                            log.leadership().slot() == auditor.leadership().slot(),
                            "%s stays at slot %d, the log is at %d",
                            node.process().name(),
                            log.leadership().slot(),
                            auditor.leadership().slot());
                    simulation.check(
                            LogNode.coreHash(log).equals(LogNode.coreHash(auditor)),
                            "invariant 13: %s has another state at slot %d",
                            node.process().name(),
                            log.leadership().slot());
                }
            }
        }
    }
}
