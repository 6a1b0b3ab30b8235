package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.wal.disk.WalDisk;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.FaultyObjectStore;
import io.oxbow.simulation.world.LossyDisk;
import io.oxbow.simulation.world.Platter;
import io.oxbow.simulation.world.SimulatedBucket;
import io.oxbow.simulation.world.StoreFaults;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The whole of a node's storage under faults: appends are logged, uploaded, committed, trimmed, and
 * read from wherever they are. Meanwhile the bucket misbehaves, a rival takes the metadata log now
 * and then, and the machine loses power. Each life finds what was acked before.
 */
public final class StreamStoreScenario implements Scenario {

    @Override
    public String name() {
        return "append-upload-trim-crash-reopen";
    }

    @Override
    public long stepsMax() {
        return 1_500_000;
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
        private final Platter platter;
        private final StoreFaults faults;
        private final LossyDisk.Habits habits;
        private final StreamSettings settings;
        private final Map<StreamName, StreamModel> models = new LinkedHashMap<>();

        Run(Simulation simulation, Seams seams) {
            this.simulation = simulation;
            this.seams = seams;
            this.chance = simulation.chance();
            this.bucket = new SimulatedBucket(simulation);
            this.platter = new Platter(chance.split());
            this.faults = StoreFaults.drawn(chance);
            this.habits = LossyDisk.Habits.drawn(chance);
            this.settings = StreamSettings.drawn(chance);
            UUID topic = chance.uuid();
            for (int i = chance.between(1, 3); i > 0; i--) {
                var name = new StreamName(topic, i, StreamName.Kind.DATA);
                models.put(name, new StreamModel(simulation, "stream " + i));
            }
        }

        void run() throws InterruptedException {
            for (int life = chance.between(1, 5); life > 0; life--) {
                live("node-" + life);
            }
            lastLife();
        }

        private StreamNode node(String name, StoreFaults storeFaults, LossyDisk.Habits diskHabits) {
            SimulatedProcess process = simulation.process(name);
            var store = new FaultyObjectStore(simulation, bucket, process, storeFaults);
            WalDisk disk = seams.disk().apply(platter.open(process, diskHabits));
            boolean mayFail = diskHabits.failuresPerMillion() > 0;
            var place = new StreamNode.Place(process, store, disk, mayFail);
            var node = new StreamNode(simulation, settings, models, place, seams);
            processes.put(node, process);
            return node;
        }

        private final Map<StreamNode, SimulatedProcess> processes = new LinkedHashMap<>();

        private void live(String name) throws InterruptedException {
            StreamNode node = node(name, faults, habits);
            SimulatedProcess process = java.util.Objects.requireNonNull(processes.get(node));
            process.spawn(node::live);
            for (int i = chance.between(1, 4); i > 0; i--) {
                simulation.sleep(chance.between(Duration.ofMillis(1), Duration.ofSeconds(20)));
                disturb(node, process);
            }
            process.crash();
            platter.crash();
        }

        private void disturb(StreamNode node, SimulatedProcess process)
                throws InterruptedException {
            switch (chance.nextInt(8)) {
                case 0 -> {
                    process.pause();
                    simulation.sleep(chance.between(Duration.ZERO, Duration.ofSeconds(40)));
                    process.resume();
                }
                case 1 -> startRival();
                case 2 -> {
                    NodeStreams streams = node.streams();
                    if (streams != null) {
                        process.spawn(streams::close);
                    }
                }
                default -> {}
            }
        }

        /** Starts a rival that takes the metadata log, and dies or resigns after a while. */
        private void startRival() {
            SimulatedProcess rival = simulation.process("rival");
            var store = new FaultyObjectStore(simulation, bucket, rival, faults);
            boolean dies = chance.nextBoolean();
            Duration patience = chance.between(Duration.ZERO, Duration.ofSeconds(20));
            UUID incarnation = chance.uuid();
            rival.spawn(() -> {
                MetadataLog log =
                        BucketMetadataLog.open(
                                seams.store().apply(store),
                                settings.ofNode(2).log(incarnation),
                                rival.environment());
                log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
                if (!dies) {
                    log.close();
                }
            });
            if (dies) {
                simulation.later(patience, rival::crash);
            }
        }

        private void lastLife() throws InterruptedException {
            simulation.sleep(Duration.ofMinutes(5)); // late requests arrive
            StreamNode node = node("last", StoreFaults.none(), habits.healthy());
            SimulatedProcess process = java.util.Objects.requireNonNull(processes.get(node));
            var ended = new CompletableFuture<Void>();
            process.spawn(() -> {
                NodeStreams streams = java.util.Objects.requireNonNull(node.open());
                readEverything(node, streams);
                streams.flush();
                checkImage(node.log().image(), node.openStreams(streams));
                readEverything(node, streams);
                ended.complete(null);
            });
            ended.join();
            if (chance.oneIn(4)) {
                simulation.sleep(Duration.ofMinutes(30)); // every prefix has its turn
                checkNoGarbage(node.log().image());
            }
            bucket.slots().checkChain();
        }

        private void readEverything(StreamNode node, NodeStreams streams) {
            node.openStreams(streams)
                    .forEach((name, stream) ->
                            node.readAll(
                                    stream,
                                    java.util.Objects.requireNonNull(models.get(name)),
                                    stream.startOffset(),
                                    stream.durableEndOffset()));
        }

        /** Checks invariants 9 and 10. */
        private void checkImage(CoreImage image, Map<StreamName, Stream> streams) {
            for (Stream stream : streams.values()) {
                List<CoreImage.Entry> extents =
                        image.entries(stream.streamId(), stream.startOffset(), Integer.MAX_VALUE);
                long next = stream.startOffset();
                for (CoreImage.Entry extent : extents) {
                    boolean first = extent == extents.getFirst();
                    simulation.check(
                            first ? extent.startOffset() <= next : extent.startOffset() == next,
                            "invariant 9: %s follows offset %d",
                            extent,
                            next);
                    simulation.check(
                            bucket.has(extent.objectKey()),
                            "invariant 10: %s is referenced and not there",
                            extent.objectKey());
                    next = extent.endOffset();
                }
                simulation.check(
                        next == stream.nextOffset(),
                        "invariant 9: extents end at %d, the stream at %d",
                        next,
                        stream.nextOffset());
            }
        }

        private void checkNoGarbage(CoreImage image) {
            for (String key : bucket.keys("objects/")) {
                simulation.check(image.mayBeNeeded(key), "%s is never deleted", key);
            }
        }
    }
}
