package io.oxbow.simulation.engine;

import io.oxbow.broker.partition.RecoveredBatches;
import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.engine.NodeWals;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.LeaderAliveException;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.recovery.RecoveryResult;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.bucket.BucketWal;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import io.oxbow.simulation.broker.AuditedStore;
import io.oxbow.simulation.broker.HostProcess;
import io.oxbow.simulation.broker.PartitionHost;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.kernel.SimulationFailure;
import io.oxbow.simulation.scenario.StreamSettings;
import io.oxbow.simulation.world.FaultyObjectStore;
import io.oxbow.simulation.world.LossyDisk;
import io.oxbow.simulation.world.Reply;
import io.oxbow.simulation.world.StoreFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One process of a node, from its start to its end. */
final class Life implements HostProcess {

    private static final Duration PAUSE_MAX = Duration.ofSeconds(3);

    /** Time that a process takes to end when a component of it has failed. */
    private static final Duration ENDING = Duration.ofSeconds(1);

    /** Heap for what the start finds in the write-ahead log; some of it does not fit. */
    private static final long RECOVERED_BYTES_MAX = 5_000;

    private static final Duration SUCCESSOR_MAX = Duration.ofSeconds(5);
    private static final Duration SUCCESSOR_PAUSE = Duration.ofMillis(50);

    private static final Duration END_WITHIN = Duration.ofSeconds(5);

    /** The node, process, store, disk and membership of a life. */
    record Place(
            int nodeId,
            SimulatedProcess process,
            FaultyObjectStore store,
            LossyDisk disk,
            Membership membership) {}

    private final Cluster cluster;
    private final Place place;
    private final UUID incarnation;
    private final Chance chance;
    private @Nullable MetadataLog log;
    private @Nullable NodeStreams streams;
    private @Nullable MemberDuties duties;
    private @Nullable PartitionHost host;
    private final Hindrances hindrances;
    private final Hindrances networkHindrances;
    private final List<Client> clients = new ArrayList<>();
    private long slotSeen = -1;
    private boolean over;
    private boolean closing;
    private boolean diskUseless;
    private String why = "";

    Life(Cluster cluster, Place place) {
        this.cluster = cluster;
        this.place = place;
        this.chance = cluster.simulation().chance().split();
        this.incarnation = chance.uuid();
        this.hindrances = new Hindrances(cluster.simulation().clock());
        this.networkHindrances = new Hindrances(cluster.simulation().clock());
    }

    @Override
    public int nodeId() {
        return place.nodeId();
    }

    @Override
    public UUID incarnation() {
        return incarnation;
    }

    @Override
    public SimulatedProcess process() {
        return place.process();
    }

    FaultyObjectStore store() {
        return place.store();
    }

    LossyDisk disk() {
        return place.disk();
    }

    Clock clock() {
        return place.process().environment().clock();
    }

    @Nullable MetadataLog log() {
        return log;
    }

    @Nullable NodeStreams streams() {
        return streams;
    }

    Client client(int stream) {
        return clients.get(stream);
    }

    @Override
    public @Nullable CoreImage image() {
        MetadataLog opened = log;
        return opened == null ? null : opened.image();
    }

    long slotSeen() {
        return slotSeen;
    }

    void slotSeen(long slot) {
        slotSeen = slot;
    }

    /** Returns true if the process has stepped down and wants to be replaced. */
    boolean isOver() {
        return over;
    }

    /** Runs the process; the body of its first thread. */
    void live() {
        ObjectStore store = cluster.seams().store().apply(place.store());
        var settings = cluster.settings().storage().ofNode(nodeId());
        var followed =
                BucketMetadataLog.open(store, settings.log(incarnation), process().environment());
        MetadataLog opened = cluster.seams().log().apply(followed);
        log = opened;
        if (cluster.settings().members()) {
            join(new AuditedLog(followed, cluster.answers()));
        } else {
            process().spawn(() -> loop(() -> over, () -> govern(opened)));
        }
        try {
            open(store, opened);
        } catch (S3StreamException e) {
            diskUseless = e instanceof CorruptException && !disk().isRevoked();
            end("cannot start", e);
        }
    }

    /** Steps down; the process of a member, which might lead the log yet, ends too. */
    private void end(String why, S3StreamException cause) {
        stepDown(why, cause);
        if (cluster.settings().members()) {
            cluster.simulation().soon(ENDING, process()::crash);
        }
    }

    /** Becomes a member; what ends a node's process ends this one's service. */
    private void join(AuditedLog followed) {
        process()
                .environment()
                .health()
                .onFatal((component, cause) -> {
                    if (cause instanceof S3StreamException expected) {
                        end(component.name() + " failed", expected);
                    } else {
                        cluster.simulation().fail(cause);
                    }
                });
        var member =
                new MemberDuties(
                        nodeId(),
                        incarnation,
                        followed,
                        cluster.network().of(this),
                        process().environment());
        duties = member;
        followed.onLeader(epoch -> cluster.told(this, followed.leadership()));
        member.begin();
        process().spawn(() -> loop(() -> awaitEnd(followed)));
    }

    /**
     * Looks for the log's end now and then: all that was written before must be applied by then.
     */
    private void awaitEnd(FollowedLog followed) throws InterruptedException {
        if (!chance.oneIn(8)) {
            return;
        }
        long written = cluster.canon().image().slot();
        if (followed.awaitEnd(END_WITHIN)) {
            long applied = followed.image().slot();
            cluster.simulation()
                    .check(
                            applied >= written,
                            "the end of the log: slot %d was written before %s asked, which has"
                                    + " applied %d",
                            written,
                            this,
                            applied);
        }
    }

    /** Returns what keeps the process from running, or from the bucket as a whole. */
    Hindrances hindrances() {
        return hindrances;
    }

    /** Returns what keeps the process from others. */
    Hindrances networkHindrances() {
        return networkHindrances;
    }

    /** Returns true if requests to the bucket may fail. */
    boolean hasFaultyBucket() {
        return !store().faults().equals(StoreFaults.none());
    }

    @Override
    public @Nullable PartitionHost host() {
        return host;
    }

    @Nullable MemberDuties duties() {
        return duties;
    }

    private void open(ObjectStore store, MetadataLog opened) {
        var settings = cluster.settings().storage().ofNode(nodeId());
        MemberDuties member = duties;
        MetadataLog forwarding =
                member == null
                        ? new ForwardingLog(this, opened, cluster.answers(), cluster.network())
                        : member.log();
        WalVolume volume = volume(settings, store);
        var recovered = new RecoveredBatches(RECOVERED_BYTES_MAX);
        NodeStreams node =
                NodeStreams.open(
                        cluster.identified(settings.streams(incarnation), place.membership()),
                        process().environment(),
                        store,
                        forwarding,
                        new NodeWals(
                                        cluster.seams().wal().apply(volume),
                                        List.of(new AttachedWals(cluster, this)))
                                .with(cluster.topic().only(recovered)));
        node.onFailure(cause -> stepDown("the store failed", cause));
        for (int i = 0; i < cluster.settings().streams(); i++) {
            var client = new Client(cluster, this, node, i);
            clients.add(client);
            process().spawn(() -> loop(client::write));
            process().spawn(() -> loop(client::read));
        }
        var background = new BackgroundReader(cluster, this, store, opened);
        process().spawn(() -> loop(background::read));
        process().spawn(() -> loop(() -> tend(node)));
        streams = node;
        if (member != null) {
            var partitions =
                    new PartitionHost(
                            cluster,
                            this,
                            new AuditedStore(cluster, toString(), node),
                            recovered,
                            forwarding);
            host = partitions;
            partitions.start();
            member.serve(
                    node,
                    gone -> {
                        cluster.giveAway(gone);
                        partitions.handOver(gone);
                    });
        }
        cluster.simulation().say("%s serves at node epoch %d", this, node.nodeEpoch());
    }

    private WalVolume volume(StreamSettings settings, ObjectStore store) {
        return cluster.settings().isWalInBucket(nodeId())
                ? new BucketWal(settings.bucketWal(), process().environment(), store, nodeId())
                : FileWalVolume.open(
                        settings.wal(),
                        cluster.seams().disk().apply(place.disk()),
                        process().environment());
    }

    /** Returns true if the disk is damaged beyond use. */
    boolean isDiskUseless() {
        return diskUseless;
    }

    /** Does a node's work beside serving streams. */
    private void tend(NodeStreams node) {
        if (chance.oneIn(8)) {
            node.flush();
        }
        if (duties == null) {
            recoverAnother(node);
        }
    }

    /**
     * Recovers another node, as a controller would have it done, only that several nodes may be
     * told to at once.
     */
    private void recoverAnother(NodeStreams node) {
        List<ApplyResult.DeadEpoch> dead =
                cluster.canon().image().unrecovered().stream()
                        .filter(each -> each.nodeId() != nodeId())
                        .toList();
        if (dead.isEmpty() || !chance.oneIn(4)) {
            return;
        }
        ApplyResult.DeadEpoch chosen = chance.oneOf(dead);
        RecoveryResult result = node.recover(chosen);
        cluster.simulation().say("%s recovers epoch %d: %s", this, chosen.nodeEpoch(), result);
    }

    private void govern(MetadataLog opened) {
        try {
            if (!opened.leadership().here()) {
                opened.takeOver(this::signOf);
            } else if (chance.oneIn(6)) {
                opened.snapshot();
            } else if (chance.oneIn(40)) {
                opened.application().resign(opened.leadership().leaderEpoch());
            }
        } catch (LeaderAliveException e) {
            // as it should be
        } catch (S3StreamException e) {
            requireExpected("the metadata log", e);
        }
    }

    /**
     * Returns the sign of a leader; now and then a leader that is well is taken for ended, or not
     * heard.
     */
    private MetadataLog.LeaderSign signOf(MetadataLog.Leadership leader) {
        if (!chance.oneIn(20) && isWell(leader)) {
            return MetadataLog.LeaderSign.WELL;
        }
        return chance.oneIn(2) ? MetadataLog.LeaderSign.ENDED : MetadataLog.LeaderSign.SILENT;
    }

    private boolean isWell(MetadataLog.Leadership leader) {
        return leader.nodeId() >= 0
                && cluster.network()
                                .call(
                                        this,
                                        leader.incarnation(),
                                        peer -> peer.leads(leader.leaderEpoch()))
                        instanceof Reply.Answer<Boolean>(var yes)
                && yes;
    }

    private boolean leads(int leaderEpoch) {
        MetadataLog opened = log;
        return opened != null
                && opened.leadership().here()
                && opened.leadership().leaderEpoch() == leaderEpoch
                && !store().isCutOff();
    }

    @Override
    public boolean ranFor(Duration time) {
        return hindrances.noneFor(time);
    }

    @Override
    public <R> Reply<R> call(UUID peer, Function<PartitionHost, R> work, R absent) {
        return cluster.network().call(this, peer, life -> life.ask(work, absent));
    }

    /** Has the partitions of this process do work, if it has some. */
    <R> R ask(Function<PartitionHost, R> work, R absent) {
        PartitionHost partitions = host;
        return partitions == null ? absent : work.apply(partitions);
    }

    @Override
    public void repeat(Work work) {
        process().spawn(() -> loop(work));
    }

    private void loop(Work work) {
        loop(() -> over || cluster.isQuiet(), work);
    }

    private void loop(BooleanSupplier ended, Work work) {
        try {
            while (!ended.getAsBoolean()) {
                clock().sleep(chance.between(Duration.ofMillis(1), PAUSE_MAX));
                work.run();
            }
        } catch (S3StreamException e) {
            requireExpected("a client", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends this process's service after a failure. */
    void stepDown(String what, S3StreamException cause) {
        requireExpected(what, cause);
        why = what + ": " + cause;
        cluster.simulation().say("%s: %s", this, why);
        over = true;
    }

    /** Returns the state of the process for a report: serving, or the reason why not. */
    String state() {
        return "%s %s %s %s"
                .formatted(
                        this,
                        process().isRunning() ? "runs" : "does not run",
                        streams == null ? "without streams" : "with streams",
                        over ? "over: " + why : closing ? "closing" : "");
    }

    /** Takes note that the process closes in good order: operations meanwhile may fail. */
    void closing() {
        closing = true;
        if (duties != null) {
            duties.leave();
        }
    }

    /**
     * Ends the process in good order.
     *
     * @param drains whether it first moves its partitions away, and leaves the metadata log to
     *     another member
     */
    void close(boolean drains) {
        if (!drains) {
            closing();
        }
        process()
                .spawn(() -> {
                    try {
                        if (drains && host != null) {
                            host.drain();
                            closing();
                            resign();
                        }
                        closeAll();
                    } catch (S3StreamException e) {
                        end("closing", e);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    /** Leaves the metadata log to a successor, who has the end of this node written. */
    private void resign() throws InterruptedException {
        MetadataLog opened = log;
        if (opened == null || !opened.leadership().here()) {
            return;
        }
        cluster.simulation().say("%s resigns", this);
        opened.application().resign(opened.leadership().leaderEpoch());
        if (chance.nextBoolean()) {
            // The entry may be in the log, and nobody here hears of it.
            store().cutOff(true);
            cluster.simulation()
                    .soon(
                            chance.between(Duration.ZERO, Duration.ofSeconds(20)),
                            () -> store().cutOff(false));
        }
        long until = clock().nanoTime() + SUCCESSOR_MAX.toNanos();
        while ((opened.leadership().here() || opened.leadership().nodeId() < 0)
                && clock().nanoTime() < until) {
            opened.look();
            clock().sleep(SUCCESSOR_PAUSE);
        }
    }

    private void closeAll() {
        if (host != null) {
            host.close();
        }
        if (streams != null) {
            streams.close();
        }
        if (log != null) {
            log.close();
        }
        end();
    }

    boolean isClosing() {
        return closing;
    }

    void end() {
        over = true;
    }

    /** Ends the run on a failure that nothing in the world explains. */
    void requireExpected(String what, S3StreamException cause) {
        if (!isExpected(cause)) {
            cluster.simulation()
                    .fail(new SimulationFailure("%s: %s: %s".formatted(this, what, cause), cause));
        }
    }

    /** Ends the run on a failed read, unless there are faults and the read may be tried again. */
    void requireReadable(S3StreamException failure) {
        if (failure.retry() == S3StreamException.Retry.FATAL && !over && !isDeposed()) {
            requireExpected("a read failed for good", failure);
        }
    }

    /**
     * Returns true if the epoch is fenced, known to the process or not: its log may be recovered
     * and deleted under it.
     */
    private boolean isDeposed() {
        NodeStreams node = streams;
        return node != null
                && cluster.canon()
                        .image()
                        .node(nodeId())
                        .filter(state -> state.nodeEpoch() == node.nodeEpoch() && !state.fenced())
                        .isEmpty();
    }

    private boolean isExpected(S3StreamException failure) {
        if (closing || failure.retry() == S3StreamException.Retry.RETRYABLE) {
            return true;
        }
        return isExplained(failure);
    }

    private boolean isExplained(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof FencedException
                    || (each instanceof CorruptException && disk().isRevoked())
                    || each.getClass().getSimpleName().equals("StoppedException")
                    || String.valueOf(each.getMessage()).contains("simulated failure")
                    || String.valueOf(each.getMessage()).contains("took longer than")
                    || String.valueOf(each.getMessage()).contains("cannot register: Fenced")) {
                return true;
            }
            if (each instanceof LogAppendException append
                    && append.retry() != S3StreamException.Retry.FATAL) {
                return true;
            }
        }
        return cluster.explains(cause);
    }

    @Override
    public String toString() {
        return process().name();
    }
}
