package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.compact.CompactionConfig;
import io.oxbow.s3stream.compact.CompactionStats;
import io.oxbow.s3stream.compact.Compactor;
import io.oxbow.s3stream.compact.Rewriting;
import io.oxbow.s3stream.composite.CompositeReader;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Verdict;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.object.ObjectNumbers;
import io.oxbow.s3stream.object.ObjectReader;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.WalAccess;
import io.oxbow.s3stream.wal.WalVolume;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Start and stop of a node's parts, in the order that safety wants: register, recover, start the
 * write-ahead log, tell the metadata log where it starts, and only then take appends.
 */
final class RunningNode {

    private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);

    private final NodeParts parts;
    private final End end;
    private final Background background;
    private final WalRecovery recovery;
    private final List<Thread> threads;
    private final Component compaction;

    /** What goes on beside the write path. */
    private record Background(Upkeep upkeep, Compactor compactor, Rewriting rewriting) {}

    /** What stopping touches beside the parts. */
    private record End(WalVolume volume, AtomicBoolean stopped) {}

    private RunningNode(
            NodeParts parts,
            End end,
            Background background,
            WalRecovery recovery,
            Environment environment) {
        this.parts = parts;
        this.end = end;
        this.background = background;
        this.recovery = recovery;
        compaction = environment.health().background("compaction", Policy.RESTART);
        Component.Body compactor =
                () -> {
                    if (!end.stopped().get()) {
                        background.compactor().run();
                    }
                };
        this.threads =
                List.of(
                        environment.threads().newThread(background.upkeep()::run),
                        environment.threads().newThread(compaction.restarting(compactor)));
        threads.forEach(Thread::start);
    }

    static RunningNode start(
            StreamStoreConfig config,
            Environment environment,
            ObjectStore store,
            MetadataLog log,
            NodeWals wals) {
        var stopped = new AtomicBoolean();
        var patience = new Patience(environment, stopped::get);
        var bucket = new Bucket(store, patience);
        var commands = new Commands(log, patience);
        WalVolume volume = wals.own();
        WalAccess access = wals.access(store, environment, patience);
        requireOwnWals(config, log, access);
        Verdict.Registered registered = register(config.identity(), commands, volume);
        var registration =
                new NodeParts.Registration(config.identity().nodeId(), registered.nodeEpoch());
        var numbers = new ObjectNumbers(registration.nodeId(), registration.nodeEpoch());
        var publisher = new Publisher(numbers, bucket, commands);
        var recovery =
                new WalRecovery(
                        registration,
                        access,
                        new WalRecovery.Parts(
                                new Publisher(numbers, bucket, commands),
                                commands,
                                environment.threads(),
                                new WalRecovery.Settings(config)));
        OwnRecovery.recover(recovery, registered.unrecovered(), wals.observer(), patience);
        var health = new Health();
        var ground = new WritePath.Ground(environment, publisher, health, patience);
        var write = WritePath.start(config, ground, volume.start(registration.nodeEpoch()));
        var caches =
                new ObjectCaches(
                        log::image,
                        new ObjectReader(bucket),
                        new CompositeReader(bucket),
                        config.reads(),
                        environment.threads());
        var parts =
                new NodeParts(
                        registration,
                        health,
                        write,
                        caches,
                        commands,
                        patience,
                        environment.clock());
        var deletion = new Deletion(store, log, registration, new CompositeReader(bucket));
        var archiver = new Archiver(config.archive(), store, log, numbers);
        var host = new CompactionOnNode(store, log, numbers, patience, bucket);
        var background =
                new Background(
                        new Upkeep(config.upkeep(), parts, deletion, archiver),
                        new Compactor(host, environment.clock(), config.compaction()),
                        rewriting(
                                config, environment, host, new ExtentReader(store, log, patience)));
        var end = new End(volume, stopped);
        return new RunningNode(parts, end, background, recovery, environment);
    }

    static void requireStartable(
            StreamStoreConfig config,
            Environment environment,
            ObjectStore store,
            MetadataLog log,
            NodeWals wals) {
        requireOwnWals(
                config,
                log,
                wals.access(store, environment, new Patience(environment, () -> false)));
    }

    private static void requireOwnWals(
            StreamStoreConfig config, MetadataLog log, WalAccess access) {
        Set<UUID> abandoned = config.identity().abandonWal();
        log.image()
                .node(config.identity().nodeId())
                .ifPresent(node -> OwnRecovery.check(node, access, abandoned));
    }

    private static Verdict.Registered register(
            StreamStoreConfig.Identity identity, Commands commands, WalVolume volume) {
        Verdict verdict =
                commands.untilDefinite(
                        new CoreRecord.RegisterNode(
                                identity.nodeId(),
                                identity.incarnation(),
                                volume.kind(),
                                volume.walIds(),
                                identity.endpoint()));
        if (verdict instanceof Verdict.Registered registered) {
            return registered;
        }
        throw new S3StreamException(
                "node %d cannot register: %s".formatted(identity.nodeId(), verdict),
                S3StreamException.Retry.FATAL,
                null);
    }

    WalRecovery recovery() {
        return recovery;
    }

    NodeParts parts() {
        return parts;
    }

    private static Rewriting rewriting(
            StreamStoreConfig config,
            Environment environment,
            CompactionOnNode host,
            ExtentReader reader) {
        CompactionConfig compaction = config.compaction();
        // Whatever an upload or a compaction made can be rewritten.
        long partBytesMax = Math.max(config.upload().objectBytes(), compaction.memoryBytes());
        return new Rewriting(
                host, reader, environment.clock(), compaction.bytesPerSecond(), partBytesMax);
    }

    Rewriting rewriting() {
        return background.rewriting();
    }

    CompactionStats compaction() {
        return background.compactor().stats();
    }

    /**
     * Stops everything; call once appends have ended.
     *
     * @param empty whether all of the write-ahead log is in data objects
     */
    void stop(boolean empty) {
        end.stopped.set(true);
        compaction.stopped();
        background.upkeep().stop();
        parts.patience().wake();
        try {
            parts.write().stop();
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.write().wal().close();
        if (empty) {
            markEmpty();
        }
        end.volume.close();
    }

    /** Nobody needs to look into this write-ahead log again, not even on another disk. */
    private void markEmpty() {
        int nodeId = parts.registration().nodeId();
        long epoch = parts.registration().nodeEpoch();
        try {
            parts.commands()
                    .once(
                            List.of(
                                    new CoreRecord.FenceNode(nodeId, epoch),
                                    new CoreRecord.CompleteRecovery(nodeId, epoch, epoch, false)));
        } catch (LogAppendException e) {
            LOG.warn("the next start has to look into the WAL again: {}", e.getMessage());
        }
    }
}
