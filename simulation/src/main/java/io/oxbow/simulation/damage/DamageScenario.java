package io.oxbow.simulation.damage;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.engine.Canon;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.scenario.Scenario;
import io.oxbow.simulation.scenario.Seams;
import io.oxbow.simulation.scenario.StreamSettings;
import io.oxbow.simulation.world.FaultyObjectStore;
import io.oxbow.simulation.world.LossyDisk;
import io.oxbow.simulation.world.Platter;
import io.oxbow.simulation.world.SimulatedBucket;
import io.oxbow.simulation.world.StoreFaults;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One node over many lives, whose bucket and disk damage what they hold. Damage costs what it hit
 * and no more, it is reported, nothing else stops; once the objects are repaired, all can be read.
 */
public final class DamageScenario implements Scenario {

    private static final int STARTS_MAX = 8;
    private static final String ABANDON = "oxbow.wal.abandon=";

    @Override
    public String name() {
        return "damage";
    }

    @Override
    public long stepsMax() {
        return 2_000_000;
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
        private final Canon canon;
        private final DamagedObjects objects;
        private final @Nullable Platter platter;
        private final LossyDisk.Habits habits;
        private final StreamSettings settings;
        private final DamagedWal wal;
        private final Map<StreamName, StreamRecords> records = new LinkedHashMap<>();
        private final Map<Long, StreamRecords> byId = new HashMap<>();
        private final Set<UUID> abandoned = new TreeSet<>();
        private DamagedWal.@Nullable Cost cost;
        private boolean refused;
        private int lives;

        Run(Simulation simulation, Seams seams) {
            this.simulation = simulation;
            this.seams = seams;
            this.chance = simulation.chance();
            this.bucket = new SimulatedBucket(simulation);
            this.canon = new Canon(bucket.slots());
            this.objects = new DamagedObjects(simulation, bucket, canon);
            this.platter = chance.nextBoolean() ? new Platter(chance.split()) : null;
            this.habits = LossyDisk.Habits.drawn(chance).healthy();
            this.settings = StreamSettings.drawn(chance);
            this.wal = new DamagedWal(simulation, bucket, platter, byId);
            UUID topic = chance.uuid();
            for (int i = chance.between(2, 4); i > 0; i--) {
                var name = new StreamName(topic, i, StreamName.Kind.DATA);
                records.put(name, new StreamRecords(simulation, "stream " + i));
            }
        }

        void run() throws InterruptedException {
            for (int life = chance.between(2, 5); life > 0; life--) {
                NodeLife node = start();
                work(node);
                end(node);
                damageLogs();
            }
            NodeLife last = start();
            open(last, objects::explains, Workload::readAll);
            objects.repair();
            open(last, (stream, failure) -> false, Workload::readAll);
            bucket.slots().checkChain();
        }

        private void work(NodeLife node) {
            open(
                    node,
                    objects::explains,
                    workload -> {
                        for (int i = chance.between(5, 40); i > 0; i--) {
                            workload.step();
                            if (chance.oneIn(12)) {
                                objects.strike();
                            }
                        }
                    });
        }

        private interface Work {
            void run(Workload workload);
        }

        private void open(NodeLife node, BiPredicate<Long, DamagedException> explained, Work work) {
            node.run(() -> {
                Map<Stream, StreamRecords> open = new LinkedHashMap<>();
                node.streams()
                        .open(records.keySet())
                        .forEach((name, stream) -> open.put(stream, recordsOf(name)));
                work.run(new Workload(simulation, node, open, explained));
            });
        }

        private StreamRecords recordsOf(StreamName name) {
            return Objects.requireNonNull(records.get(name));
        }

        private void end(NodeLife node) throws InterruptedException {
            node.process().crash();
            if (platter != null) {
                platter.kill();
            }
            // Requests under way arrive.
            simulation.sleep(chance.between(Duration.ofSeconds(1), Duration.ofSeconds(30)));
        }

        private void damageLogs() {
            refused = false;
            cost = null;
            if (chance.percent(60)) {
                cost =
                        canon.image()
                                .node(settings.nodeId())
                                .map(node -> wal.strike(canon.image(), node))
                                .orElse(null);
            }
            if (chance.oneIn(4)) {
                objects.strikeMetadataLog();
            }
        }

        /** Starts processes, as an operator does who reads why a start was refused. */
        private NodeLife start() throws InterruptedException {
            for (int i = 0; i < STARTS_MAX; i++) {
                NodeLife life = life();
                Optional<S3StreamException> failure = life.start(abandoned, this::checkLog);
                if (failure.isEmpty()) {
                    opened(life);
                    return life;
                }
                simulation.say("%s: %s", life.process().name(), failure.get());
                end(life);
                answer(failure.get());
            }
            simulation.check(false, "no start succeeds");
            throw new IllegalStateException();
        }

        private NodeLife life() {
            SimulatedProcess process = simulation.process("node-" + ++lives);
            var store = new FaultyObjectStore(simulation, bucket, process, StoreFaults.none());
            Platter disk = platter;
            return new NodeLife(
                    settings,
                    new NodeLife.Place(
                            process,
                            seams.store().apply(store),
                            disk == null ? null : seams.disk().apply(disk.open(process, habits))),
                    chance.uuid());
        }

        private void checkLog(MetadataLog log) {
            objects.checkWhole(log.image());
        }

        /** Repairs the metadata log, or gives up what cannot be read of the write-ahead log. */
        private void answer(S3StreamException failure) {
            String message = String.valueOf(failure.getMessage());
            int at = message.indexOf(ABANDON);
            if (at >= 0) {
                simulation.check(cost != null, "nothing was damaged, but: %s", failure);
                String id = message.substring(at + ABANDON.length());
                abandoned.add(UUID.fromString(id.substring(0, 36)));
                refused = true;
                return;
            }
            simulation.check(
                    failure instanceof CorruptException && objects.repairMetadataLog(),
                    "cannot start: %s",
                    failure);
        }

        private void opened(NodeLife life) {
            DamagedWal.Cost damage = cost;
            simulation.check(
                    refused || damage == null || !damage.refusalDue(),
                    "acked records were given up without a word");
            life.run(() ->
                    life.streams()
                            .open(records.keySet())
                            .forEach((name, stream) -> opened(stream, recordsOf(name), damage)));
            cost = null;
            refused = false;
            abandoned.clear(); // the setting is for one start
        }

        private void opened(Stream stream, StreamRecords known, DamagedWal.@Nullable Cost damage) {
            byId.put(stream.streamId(), known);
            long kept =
                    damage == null
                            ? known.ackedEnd()
                            : damage.keptEnd(stream.streamId(), known, refused);
            known.opened(stream.startOffset(), stream.nextOffset(), kept);
        }
    }
}
