package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.cache.ObjectCaches;
import io.oxbow.s3stream.commit.Bucket;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.commit.Health;
import io.oxbow.s3stream.commit.ObjectCommitter;
import io.oxbow.s3stream.commit.Registration;
import io.oxbow.s3stream.compact.CompactionConfig;
import io.oxbow.s3stream.compact.CompactionStats;
import io.oxbow.s3stream.compact.Compactor;
import io.oxbow.s3stream.compact.Rewriting;
import io.oxbow.s3stream.composite.CompositeReader;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.maintenance.Archiver;
import io.oxbow.s3stream.maintenance.CompactionOnNode;
import io.oxbow.s3stream.maintenance.Deletion;
import io.oxbow.s3stream.maintenance.Maintenance;
import io.oxbow.s3stream.object.ObjectNumbers;
import io.oxbow.s3stream.object.ObjectReader;
import io.oxbow.s3stream.read.ExtentReader;
import io.oxbow.s3stream.recovery.OwnRecovery;
import io.oxbow.s3stream.recovery.WalRecovery;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.WalAccess;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.write.WritePath;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Running parts of a node, started and stopped in the order that safety needs. It registers,
 * recovers, opens the write-ahead log, tells the metadata log where this starts, and only then
 * takes appends.
 */
final class RunningNode {

    private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);

    private final Registration registration;
    private final Health health;
    private final Commands commands;
    private final Patience patience;
    private final AtomicBoolean stopped;
    private final WalVolume volume;
    private final WritePath write;
    private final ObjectCaches caches;
    private final WalRecovery recovery;
    private final Maintenance maintenance;
    private final Compactor compactor;
    private final Rewriting rewriting;
    private final Component compaction;
    private final List<Thread> threads;

    private RunningNode(
            StreamStoreConfig config,
            Environment environment,
            ObjectStore store,
            MetadataLog log,
            NodeWals wals) {
        this.stopped = new AtomicBoolean();
        this.patience = new Patience(environment, stopped::get);
        this.commands = new Commands(log, patience);
        this.volume = wals.own();
        var bucket = new Bucket(store, patience);
        WalAccess access = wals.access(store, environment, patience);
        requireOwnWals(config, log, access);
        ApplyResult.Registered registered = register(config.identity(), commands, volume);
        this.registration = new Registration(config.identity().nodeId(), registered.nodeEpoch());
        var numbers = new ObjectNumbers(registration.nodeId(), registration.nodeEpoch());
        this.recovery =
                new WalRecovery(
                        registration,
                        access,
                        new ObjectCommitter(numbers, bucket, commands),
                        commands,
                        environment.threads(),
                        new WalRecovery.Settings(config));
        OwnRecovery.recover(recovery, registered.unrecovered(), wals.observer(), patience);
        this.health = new Health(environment.health().essential("streams", Policy.END_PROCESS));
        this.write =
                WritePath.start(
                        config,
                        environment,
                        new ObjectCommitter(numbers, bucket, commands),
                        health,
                        patience,
                        volume.start(registration.nodeEpoch()));
        this.caches =
                new ObjectCaches(
                        log::image,
                        new ObjectReader(bucket),
                        new CompositeReader(bucket),
                        config.reads(),
                        environment.threads());
        this.maintenance =
                new Maintenance(
                        config.maintenance(),
                        registration,
                        commands,
                        health,
                        environment.clock(),
                        new Deletion(store, log, registration, new CompositeReader(bucket)),
                        new Archiver(config.archive(), store, log, numbers));
        var host = new CompactionOnNode(store, log, numbers, patience, bucket);
        this.compactor = new Compactor(host, environment.clock(), config.compaction());
        this.rewriting =
                rewriting(config, environment, host, new ExtentReader(store, log, patience));
        this.compaction = environment.health().background("compaction", Policy.RESTART);
        this.threads =
                List.of(
                        environment.threads().newThread(maintenance::run),
                        environment.threads().newThread(compaction.restarting(this::compact)));
    }

    static RunningNode start(
            StreamStoreConfig config,
            Environment environment,
            ObjectStore store,
            MetadataLog log,
            NodeWals wals) {
        var node = new RunningNode(config, environment, store, log, wals);
        node.threads.forEach(Thread::start);
        return node;
    }

    private void compact() throws Exception {
        if (!stopped.get()) {
            compactor.run();
        }
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

    private static ApplyResult.Registered register(
            StreamStoreConfig.Identity identity, Commands commands, WalVolume volume) {
        ApplyResult result =
                commands.untilDefinite(
                        new CoreRecord.RegisterNode(
                                identity.nodeId(),
                                identity.incarnation(),
                                volume.kind(),
                                volume.walIds(),
                                identity.endpoint(),
                                identity.membership()));
        if (result instanceof ApplyResult.Registered registered) {
            return registered;
        }
        throw new S3StreamException(
                "node %d cannot register: %s".formatted(identity.nodeId(), result),
                S3StreamException.Retry.FATAL,
                null);
    }

    WalRecovery recovery() {
        return recovery;
    }

    Registration registration() {
        return registration;
    }

    Health health() {
        return health;
    }

    Commands commands() {
        return commands;
    }

    Patience patience() {
        return patience;
    }

    Maintenance maintenance() {
        return maintenance;
    }

    WritePath write() {
        return write;
    }

    ObjectCaches caches() {
        return caches;
    }

    private static Rewriting rewriting(
            StreamStoreConfig config,
            Environment environment,
            CompactionOnNode host,
            ExtentReader reader) {
        CompactionConfig compaction = config.compaction();
        // Whatever an upload or a compaction made can be rewritten.
        long partBytesMax = Math.max(config.upload().rangeBytesMax(), compaction.memoryBytes());
        return new Rewriting(
                host, reader, environment.clock(), compaction.bytesPerSecond(), partBytesMax);
    }

    Rewriting rewriting() {
        return rewriting;
    }

    CompactionStats compaction() {
        return compactor.stats();
    }

    /**
     * Stops all parts; called once appends have ended.
     *
     * @param empty whether all of the write-ahead log is in data objects
     */
    void stop(boolean empty) {
        stopped.set(true);
        compaction.stopped();
        maintenance.stop();
        patience.wake();
        try {
            write.stop();
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        write.wal().close();
        if (empty) {
            markEmpty();
        }
        volume.close();
        health.stopped();
    }

    /**
     * Marks the write-ahead log as empty in the metadata log, so that nobody has to read it for
     * recovery.
     */
    private void markEmpty() {
        int nodeId = registration.nodeId();
        long epoch = registration.nodeEpoch();
        try {
            commands.once(
                    List.of(
                            new CoreRecord.FenceNode(nodeId, epoch),
                            new CoreRecord.CompleteRecovery(nodeId, epoch, epoch, false)));
        } catch (LogAppendException e) {
            LOG.warn("the next start has to look into the WAL again: {}", e.getMessage());
        }
    }
}
