package io.oxbow.node.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.broker.partition.RecoveredBatches;
import io.oxbow.node.config.HostPort;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.node.http.HttpLeaderCheck;
import io.oxbow.node.metrics.EngineMetrics;
import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.cluster.Joining;
import io.oxbow.s3stream.compact.CompactionConfig;
import io.oxbow.s3stream.config.MemoryBounds;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.engine.NodeWals;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.LogConfig;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.read.ExtentReader;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.store.probe.StoreProbe;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bucket, the metadata log, the write-ahead log and the streams on them.
 *
 * @param config as given, with the node's id, which the metadata log may have said
 * @param bucket the lineage's part of the bucket
 * @param member this process in its cluster
 * @param recovered what the start has found in the write-ahead log
 */
record Storage(
        NodeConfig config,
        ObjectStore bucket,
        MetadataLog log,
        NodeStreams streams,
        CommittedReader committed,
        RecoveredBatches recovered,
        ClusterMember member) {

    private static final Logger LOG = LoggerFactory.getLogger(Storage.class);

    /**
     * Part of the heap for recovered batches while the node starts; appends and caches have not
     * taken their share by then.
     */
    private static final int RECOVERED_SHARE = 16;

    /**
     * Age of an upload after which it was abandoned: longer than any goes on, also one by an engine
     * that writes tables.
     */
    private static final Duration ABANDONED_UPLOAD_AGE = Duration.ofDays(7);

    /**
     * Opens all parts, in the order that safety wants. The bucket must answer before a WAL is made,
     * and the local WAL is locked before the log is taken over, so that a second process on the
     * same directory changes nothing.
     *
     * @param http address of HTTP, once it is bound
     * @param clients addresses that Kafka's clients are told, as HOST:PORT
     */
    static Storage open(
            NodeConfig config,
            HostPort http,
            List<String> clients,
            Environment environment,
            MeterRegistry meters,
            Resources resources) {
        NodeWal.check(config);
        ObjectStore bucket = openBucket(config, environment, meters, resources);
        NodeWal wal = NodeWal.open(config, environment);
        for (boolean again = false; ; again = true) {
            var parts = new Resources();
            try {
                Storage opened =
                        open(config, again, http, clients, environment, meters, parts, bucket, wal);
                resources.add(parts);
                return opened;
            } catch (NumberTakenException e) {
                LOG.info("asking for the next node id: {}", e.getMessage());
                parts.close();
            } catch (Throwable e) {
                parts.close();
                wal.close();
                throw e;
            }
        }
    }

    /** Thrown when the id that a process was to have is another node's by now, or was removed. */
    private static final class NumberTakenException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NumberTakenException(String message, @Nullable S3StreamException cause) {
            super(message, cause);
        }
    }

    /**
     * @param again whether the id that this data directory had before was no good
     */
    private static Storage open(
            NodeConfig given,
            boolean again,
            HostPort http,
            List<String> clients,
            Environment environment,
            MeterRegistry meters,
            Resources resources,
            ObjectStore bucket,
            NodeWal wal) {
        UUID incarnation = UUID.randomUUID();
        Incarnations incarnations = resources.add(Incarnations.claim(given.dataDir()));
        incarnations.add(incarnation);
        NodeIdentity identity = NodeIdentity.of(given.dataDir());
        NodeConfig config = named(given, identity, again, bucket, environment);
        int nodeId = config.broker().nodeId();
        BucketMetadataLog local =
                resources.add(
                        BucketMetadataLog.open(
                                bucket, LogConfig.of(nodeId, incarnation), environment));
        if (!given.namesNode() && local.image().isRemoved(nodeId)) {
            throw new NumberTakenException("node %d was removed".formatted(nodeId), null);
        }
        var recovered = new RecoveredBatches(Runtime.getRuntime().maxMemory() / RECOVERED_SHARE);
        NodeWals wals = wal.on(bucket, nodeId).with(recovered);
        ClusterMember member =
                ClusterMember.open(config.rpc(), local, incarnation, environment, resources);
        MetadataLog log = member.log();
        Membership membership = identity.start(member.endpoint(), clients);
        StreamStoreConfig streamConfig = streamConfig(config, incarnation, http, membership);
        new Joining(
                        local,
                        bucket.location().toString(),
                        new HttpLeaderCheck(local::image, http, incarnations::hasEnded),
                        member.link(),
                        HostPort::isLoopbackEndpoint,
                        environment.clock())
                .join(() ->
                        NodeStreams.requireStartable(streamConfig, environment, bucket, log, wals));
        member.stay(nodeId, incarnation, incarnations::hasEnded, resources);
        if (log.leadership().here()) {
            incarnations.keepOnly(incarnation);
        }
        NodeStreams streams;
        try {
            member.awaitAdmission(nodeId, membership);
            streams = resources.add(NodeStreams.open(streamConfig, environment, bucket, log, wals));
        } catch (S3StreamException e) {
            throw !given.namesNode() && isAnothers(local, config, membership)
                    ? new NumberTakenException("node %d is another".formatted(nodeId), e)
                    : e;
        }
        identity.keep(nodeId);
        member.recoverOthers(nodeId, streams, resources);
        EngineMetrics.bind(streams, meters);
        return new Storage(
                config,
                bucket,
                log,
                streams,
                new ExtentReader(bucket, log, environment),
                recovered,
                member);
    }

    /** Returns true if a node of another data directory has the id. */
    private static boolean isAnothers(MetadataLog log, NodeConfig config, Membership own) {
        return log.image()
                .node(config.broker().nodeId())
                .filter(node -> !node.membership().secret().equals(own.secret()))
                .isPresent();
    }

    /**
     * Returns the configuration with a node id. It is the one given, the one that this data
     * directory had before, or the one that the metadata log says.
     *
     * @param again whether the one that it had is no good
     */
    private static NodeConfig named(
            NodeConfig given,
            NodeIdentity identity,
            boolean again,
            ObjectStore bucket,
            Environment environment) {
        if (given.namesNode()) {
            return given;
        }
        OptionalInt kept = identity.nodeId();
        if (kept.isPresent() && !again) {
            return given.withNodeId(kept.getAsInt());
        }
        var reader = LogConfig.of(given.broker().nodeId(), UUID.randomUUID());
        try (var log = BucketMetadataLog.open(bucket, reader, environment)) {
            int id = identity.idIn(log.image(), given.broker().nodeId());
            LOG.info("node id {}, by the metadata log", id);
            return given.withNodeId(id);
        }
    }

    private static ObjectStore openBucket(
            NodeConfig config, Environment environment, MeterRegistry meters, Resources resources) {
        ObjectStore store =
                resources.add(
                        ObjectStores.open(
                                config.store().toString(),
                                config.storeOptions(),
                                environment,
                                meters));
        ObjectStore bucket = store.under(config.lineage());
        StoreProbe.Result result = StoreProbe.probe(bucket, environment);
        switch (result) {
            case StoreProbe.Result.Fit ignored -> LOG.debug("bucket {}", bucket.location());
            case StoreProbe.Result.Unfit unfit -> {
                throw new IllegalStateException(
                        "the store %s cannot carry a cluster: %s"
                                .formatted(config.store(), unfit.reason()));
            }
            case StoreProbe.Result.Unreachable unreachable -> {
                throw new IllegalStateException(
                        "the store %s does not answer: %s"
                                .formatted(config.store(), unreachable.cause().getMessage()),
                        unreachable.cause());
            }
        }
        environment.threads().newThread(() -> abandonUploads(bucket)).start();
        return bucket;
    }

    private static void abandonUploads(ObjectStore bucket) {
        try {
            if (bucket.abandonUploads("", ABANDONED_UPLOAD_AGE)
                    instanceof ObjectStore.DeleteResult.Unknown(var cause)) {
                LOG.warn("uploads that were never completed stay in the bucket: {}", cause + "");
            }
        } catch (S3StreamException e) {
            LOG.debug("clearing up of uploads ended early", e);
        }
    }

    private static StreamStoreConfig streamConfig(
            NodeConfig config, UUID incarnation, HostPort http, Membership membership) {
        NodeConfig.Engine engine = config.engine();
        var identity =
                new StreamStoreConfig.Identity(
                        config.broker().nodeId(),
                        incarnation,
                        http.toString(),
                        engine.wal().abandoned(),
                        membership);
        MemoryBounds bounds = engine.memory();
        var upload =
                new StreamStoreConfig.Upload(
                        bounds.objectBytes(),
                        Math.max(1, bounds.objectBytes() / 2),
                        2 * bounds.objectBytes(),
                        engine.uploadInterval(),
                        bounds.inFlightBytes(),
                        bounds.uploadCopyBytes(),
                        Math.max(bounds.objectBytes(), engine.pendingBytes()));
        return StreamStoreConfig.of(identity)
                .with(upload)
                .with(bounds.memory())
                .with(bounds.reads())
                .with(compaction(engine));
    }

    private static CompactionConfig compaction(NodeConfig.Engine engine) {
        var usual = CompactionConfig.defaults();
        return new CompactionConfig(
                engine.compactionRate(),
                engine.memory().compactionBytes(),
                usual.interval(),
                usual.goals());
    }
}
