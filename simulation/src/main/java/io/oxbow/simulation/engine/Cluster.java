package io.oxbow.simulation.engine;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.broker.PartitionHost;
import io.oxbow.simulation.broker.PartitionedTopic;
import io.oxbow.simulation.broker.Surroundings;
import io.oxbow.simulation.history.StreamHistory;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.scenario.Seams;
import io.oxbow.simulation.world.FaultyObjectStore;
import io.oxbow.simulation.world.LossyDisk;
import io.oxbow.simulation.world.Platter;
import io.oxbow.simulation.world.Reply;
import io.oxbow.simulation.world.SimulatedBucket;
import io.oxbow.simulation.world.StoreFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/**
 * The parts of a run: bucket, network, nodes with their disks, streams, and the checks of
 * invariants.
 */
final class Cluster implements Surroundings {

    /** Watch that is told when a process sees a new leader. */
    interface LeaderTold {
        void told(Life life, MetadataLog.Leadership leadership);
    }

    private static final int ZONES = 3;

    private final Simulation simulation;
    private final Seams seams;
    private final EngineSettings settings;
    private final Chance chance;
    private final SimulatedBucket bucket;
    private final Canon canon;
    private final AnswerLedger answers;
    private final Histories histories;
    private final ExtentAudit extents;
    private final Network network;
    private final List<Member> members = new ArrayList<>();
    private final List<Life> lives = new ArrayList<>();
    private final List<Integer> owners = new ArrayList<>();
    private final UUID topic;
    private final PartitionedTopic partitioned;
    private final Set<UUID> abandoned = new TreeSet<>();
    private StoreFaults storeFaults;
    private LossyDisk.Habits diskHabits;
    private boolean damaged;
    private boolean quiet;
    private LeaderTold leaders = (life, leadership) -> {};

    Cluster(Simulation simulation, Seams seams, EngineSettings settings) {
        this.simulation = simulation;
        this.seams = seams;
        this.settings = settings;
        this.chance = simulation.chance();
        this.bucket = new SimulatedBucket(simulation);
        this.canon = new Canon(bucket.slots());
        this.answers = new AnswerLedger(simulation, canon);
        this.histories = new Histories(simulation);
        this.extents = new ExtentAudit(simulation, bucket, canon);
        this.network = new Network(simulation);
        this.topic = chance.uuid();
        this.partitioned =
                new PartitionedTopic(simulation, settings.members() ? chance.between(1, 5) : 0);
        this.storeFaults = settings.storeFaults();
        this.diskHabits = settings.diskHabits();
        watch();
    }

    private void watch() {
        new OwnershipModel(simulation, canon);
        new CompactionAudit(simulation, canon);
        new RecoveryAudit(simulation, canon, histories);
        var agreement = new ImageAgreement(simulation, canon, () -> lives);
        simulation.eachStep(agreement::look);
    }

    void start() {
        int atFirst = settings.nodes() - (settings.members() ? chance.nextInt(3) : 0);
        for (int i = 0; i < atFirst; i++) {
            join();
        }
        for (int i = 0; i < settings.streams(); i++) {
            owners.add(chance.between(1, atFirst));
        }
    }

    /** Starts a node more. */
    void join() {
        var member = new Member(members.size() + 1, new Platter(chance.split()));
        members.add(member);
        start(member);
    }

    /** Returns the zone of a node, one of three. */
    static int zoneOf(int nodeId) {
        return nodeId % ZONES;
    }

    /** Starts a new process for a node, on its disk. */
    void start(Member member) {
        SimulatedProcess process = simulation.process(member.nextName());
        var store = new FaultyObjectStore(simulation, bucket, process, storeFaults);
        LossyDisk disk = attach(member, process);
        Membership membership =
                settings.members()
                        ? new Membership(
                                "node-" + member.nodeId(),
                                new UUID(member.nodeId(), 1),
                                member.nextLife())
                        : Membership.ALONE;
        var life =
                new Life(this, new Life.Place(member.nodeId(), process, store, disk, membership));
        member.life(life);
        lives.removeIf(each -> each.process().isDead());
        lives.add(life);
        network.join(life);
        process.spawn(life::live);
        simulation.say("%s starts", life);
    }

    /** Attaches a node's disk to a process; the process that had it has it no more. */
    LossyDisk attach(Member member, SimulatedProcess process) {
        member.revokeDisk();
        LossyDisk disk = member.platter().open(process, diskHabits);
        member.disk(disk);
        return disk;
    }

    /** Returns true if the node's present process is one that nobody expects to go on. */
    boolean canTakeAway(Member member) {
        Life life = member.life();
        return life.isOver() || !life.process().isRunning() || chance.oneIn(4);
    }

    // ---- parts

    @Override
    public Simulation simulation() {
        return simulation;
    }

    Seams seams() {
        return seams;
    }

    EngineSettings settings() {
        return settings;
    }

    SimulatedBucket bucket() {
        return bucket;
    }

    Canon canon() {
        return canon;
    }

    AnswerLedger answers() {
        return answers;
    }

    Histories histories() {
        return histories;
    }

    ExtentAudit extents() {
        return extents;
    }

    Network network() {
        return network;
    }

    List<Member> members() {
        return members;
    }

    /** Returns all processes that are not dead, deposed ones too. */
    List<Life> lives() {
        return lives;
    }

    Member member(int nodeId) {
        return members.get(nodeId - 1);
    }

    // ---- what partitions and their clients see

    @Override
    public CoreImage canonical() {
        return canon.image();
    }

    @Override
    public StreamHistory history(long streamId) {
        return histories.of(streamId);
    }

    @Override
    public void note(Runnable event) {
        histories.note(event);
    }

    @Override
    public List<Life> processes() {
        return lives;
    }

    @Override
    public String zone(int nodeId) {
        return "zone-" + zoneOf(nodeId);
    }

    @Override
    public <R> Reply<R> call(
            UUID incarnation, Duration timeout, Function<PartitionHost, R> work, R absent) {
        return network.send(null, incarnation, timeout, life -> life.ask(work, absent)).join();
    }

    // ---- streams

    /** Returns the topic whose partitions members lead; without partitions in other clusters. */
    @Override
    public PartitionedTopic topic() {
        return partitioned;
    }

    StreamName name(int index) {
        return new StreamName(topic, index, StreamName.Kind.DATA);
    }

    /** Returns the node that shall have the stream open. */
    int ownerOf(int index) {
        return owners.get(index);
    }

    /** Ends all appends, reads and changes of the cluster. */
    void quiet() {
        quiet = true;
    }

    boolean isQuiet() {
        return quiet;
    }

    void move(int index, int nodeId) {
        owners.set(index, nodeId);
    }

    /** Gives the streams of a node that is gone to others, as a controller would. */
    void giveAway(int gone) {
        List<Integer> takers =
                canon.image().nodes().stream()
                        .filter(node -> !node.fenced())
                        .map(CoreImage.NodeState::nodeId)
                        .filter(nodeId -> nodeId != gone)
                        .toList();
        for (int i = 0; i < owners.size(); i++) {
            if (owners.get(i) == gone && !takers.isEmpty()) {
                move(i, takers.get(i % takers.size()));
            }
        }
    }

    /** Returns true if the node shall have some stream open. */
    boolean ownsAny(int nodeId) {
        return owners.contains(nodeId);
    }

    /** Tells the watch, if there is one, that a process has seen a new leader. */
    void told(Life life, MetadataLog.Leadership leadership) {
        leaders.told(life, leadership);
    }

    void onLeader(LeaderTold watch) {
        leaders = watch;
    }

    // ---- faults

    void storeFaults(StoreFaults now) {
        storeFaults = now;
        lives.forEach(life -> life.store().faults(now));
    }

    void diskHabits(LossyDisk.Habits now) {
        diskHabits = now;
    }

    /** Takes note that from now on a disk may show what was never written. */
    void damage() {
        damaged = true;
        histories.damageDone();
    }

    /** Returns true if the faults of this run explain the failure. */
    boolean explains(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            String message = String.valueOf(each.getMessage());
            if (damaged
                    && (each instanceof CorruptException
                            || message.contains("damaged")
                            || message.contains("is not here")
                            || message.contains("is not newer"))) {
                giveUp(message);
                return true;
            }
        }
        return false;
    }

    /** Gives up a damaged write-ahead log, as an operator does. */
    private void giveUp(String message) {
        int at = message.indexOf("oxbow.wal.abandon=");
        if (at >= 0) {
            String id = message.substring(at + "oxbow.wal.abandon=".length());
            abandoned.add(UUID.fromString(id.substring(0, 36)));
        }
    }

    StreamStoreConfig identified(StreamStoreConfig config, Membership membership) {
        var identity = config.identity();
        return config.with(
                new StreamStoreConfig.Identity(
                        identity.nodeId(),
                        identity.incarnation(),
                        identity.endpoint(),
                        abandoned,
                        membership));
    }
}
