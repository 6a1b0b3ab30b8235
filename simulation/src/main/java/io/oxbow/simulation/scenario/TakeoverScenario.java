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
import java.util.Objects;
import java.util.TreeSet;

/**
 * Newcomers that ask the leader of a metadata log through the bucket, as no network joins them. A
 * leader that is well keeps the log, whatever the bucket does to the newcomers; one that has died
 * is succeeded; an answer comes from a leader that lives.
 */
public final class TakeoverScenario implements Scenario {

    private static final int CONTENDERS = 3;
    private static final Duration LONGEST_ASK = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "takeover";
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
        private final Takeovers takeovers;
        private final List<Contender> contenders = new ArrayList<>();
        private int started;

        Run(Simulation simulation, Seams seams) {
            this.simulation = simulation;
            this.seams = seams;
            this.chance = simulation.chance();
            this.bucket = new SimulatedBucket(simulation);
            this.ledger = new LogLedger(simulation, bucket.slots());
            this.takeovers = new Takeovers(simulation, ledger);
        }

        void run() throws InterruptedException {
            for (int i = 0; i < CONTENDERS; i++) {
                contenders.add(start());
            }
            for (int i = chance.between(5, 20); i > 0; i--) {
                simulation.sleep(chance.between(Duration.ofMillis(10), Duration.ofSeconds(60)));
                disturb(chance.nextInt(CONTENDERS));
            }
            heal();
            audit();
        }

        private Contender start() {
            int id = started++;
            SimulatedProcess process = simulation.process("process-" + id);
            var store = new FaultyObjectStore(simulation, bucket, process, StoreFaults.none());
            var contender = new Contender(simulation, takeovers, process, store);
            var config =
                    new LogConfig(
                            id,
                            chance.uuid(),
                            1 << 20,
                            Duration.ofMillis(20),
                            Duration.ofMillis(500),
                            Duration.ofMillis(20),
                            Duration.ofSeconds(2),
                            1_000,
                            64L << 20);
            process.spawn(() -> contender.live(config, seams));
            return contender;
        }

        private void disturb(int index) {
            Contender one = contenders.get(index);
            switch (chance.nextInt(8)) {
                case 0 -> {
                    one.crash();
                    contenders.set(index, start());
                }
                case 1, 2 -> pause(one, Duration.ofSeconds(1), Duration.ofSeconds(8));
                case 3, 4 -> pause(one, Duration.ofSeconds(8), Duration.ofMinutes(2));
                case 5 -> {
                    one.cutOff();
                    simulation.later(
                            chance.between(Duration.ofSeconds(1), Duration.ofMinutes(1)),
                            one::reach);
                }
                case 6 -> one.faults(StoreFaults.drawn(chance));
                default -> one.reach();
            }
        }

        private void pause(Contender one, Duration low, Duration high) {
            one.pause();
            simulation.later(chance.between(low, high), one::resume);
        }

        /** Ends the faults; every late request arrives, and every question finds its end. */
        private void heal() throws InterruptedException {
            for (Contender one : contenders) {
                one.rest();
                one.resume();
                one.reach();
            }
            simulation.sleep(Duration.ofMinutes(6));
            for (Contender one : contenders) {
                simulation.check(!one.isAsking(), "%s asks for ever", one.name());
                simulation.check(one.log() != null, "%s never opened the log", one.name());
            }
        }

        private void audit() throws InterruptedException {
            Contender leader = leader();
            Contender newcomer = start();
            newcomer.rest();
            simulation.sleep(Duration.ofMinutes(1));
            ask(newcomer);
            simulation.check(leads(leader), "%s lost the log and was well", leader.name());
            leader.crash();
            simulation.sleep(Duration.ofMinutes(1));
            ask(newcomer);
            simulation.check(leads(newcomer), "%s, dead, is not succeeded", leader.name());
            MetadataLog log = log(newcomer);
            ledger.checkAgainstLog(new TreeSet<>(log.image().pointers("core/").keySet()));
            simulation.check(
                    bucket.keys("meta/question/").isEmpty(),
                    "questions stay in the bucket: %s",
                    bucket.keys("meta/question/"));
        }

        /** Returns a process that leads; makes one lead if none does. */
        private Contender leader() throws InterruptedException {
            for (Contender one : contenders) {
                if (leads(one)) {
                    return one;
                }
            }
            Contender first = contenders.getFirst();
            ask(first);
            simulation.check(leads(first), "%s asked nobody and does not lead", first.name());
            return first;
        }

        private void ask(Contender one) throws InterruptedException {
            one.spawnAsk();
            simulation.sleep(LONGEST_ASK);
            simulation.check(!one.isAsking(), "%s asks for ever", one.name());
        }

        private static boolean leads(Contender one) {
            return !one.isDead() && log(one).leadership().here();
        }

        private static MetadataLog log(Contender one) {
            return Objects.requireNonNull(one.log());
        }
    }
}
