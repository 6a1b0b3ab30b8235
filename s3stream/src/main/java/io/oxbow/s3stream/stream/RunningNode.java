package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Verdict;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.object.ObjectNumbers;
import io.oxbow.s3stream.object.ObjectReader;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.WalVolume;
import java.util.List;
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
    private final WalVolume volume;
    private final AtomicBoolean stopped;
    private final Upkeep upkeep;
    private final Thread upkeeping;

    private RunningNode(
            NodeParts parts,
            WalVolume volume,
            AtomicBoolean stopped,
            Upkeep upkeep,
            Environment environment) {
        this.parts = parts;
        this.volume = volume;
        this.stopped = stopped;
        this.upkeep = upkeep;
        this.upkeeping = environment.threads().newThread(upkeep::run);
        upkeeping.start();
    }

    static RunningNode start(
            StreamStoreConfig config,
            Environment environment,
            ObjectStore store,
            MetadataLog log,
            WalVolume volume) {
        var stopped = new AtomicBoolean();
        var patience = new Patience(environment, stopped::get);
        var bucket = new Bucket(store, patience);
        var commands = new Commands(log, patience);
        Verdict.Registered registered = register(config.identity(), commands, volume);
        var registration =
                new NodeParts.Registration(config.identity().nodeId(), registered.nodeEpoch());
        var numbers = new ObjectNumbers(registration.nodeId(), registration.nodeEpoch());
        var publisher = new Publisher(numbers, bucket, commands);
        new WalRecovery(config, registration, volume, publisher, commands)
                .recover(registered.unrecovered());
        var health = new Health();
        var ground = new WritePath.Ground(environment, publisher, health, patience);
        var write = WritePath.start(config, ground, volume.start(registration.nodeEpoch()));
        var caches =
                new ObjectCaches(
                        log::image,
                        new ObjectReader(bucket),
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
        var deletion = new Deletion(store, log, registration);
        var upkeep = new Upkeep(config.upkeep(), parts, deletion);
        return new RunningNode(parts, volume, stopped, upkeep, environment);
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

    NodeParts parts() {
        return parts;
    }

    /**
     * Stops everything; call once appends have ended.
     *
     * @param empty whether all of the write-ahead log is in data objects
     */
    void stop(boolean empty) {
        stopped.set(true);
        upkeep.stop();
        parts.patience().wake();
        try {
            parts.write().stop();
            upkeeping.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.write().wal().close();
        if (empty) {
            markEmpty();
        }
        volume.close();
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
