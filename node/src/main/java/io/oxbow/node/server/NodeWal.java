package io.oxbow.node.server;

import io.oxbow.node.config.ConfigFailure;
import io.oxbow.node.config.MemoryKeys;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.node.config.NodeConfigKeys;
import io.oxbow.node.config.ProcessMemory;
import io.oxbow.node.config.WalKeys;
import io.oxbow.s3stream.config.MemoryBounds;
import io.oxbow.s3stream.engine.NodeWals;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.fence.StorageFence;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.bucket.BucketWal;
import io.oxbow.s3stream.wal.bucket.BucketWalConfig;
import io.oxbow.s3stream.wal.disk.DirectFile;
import io.oxbow.s3stream.wal.disk.NoRoomException;
import io.oxbow.s3stream.wal.file.AttachedVolumes;
import io.oxbow.s3stream.wal.file.StripedWalVolume;
import io.oxbow.s3stream.wal.file.WalConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's write-ahead log as configured. One in files is opened and locked before the metadata
 * log is taken over; one in the bucket is made when the bucket is open.
 */
final class NodeWal {

    private static final Logger LOG = LoggerFactory.getLogger(NodeWal.class);

    private static final int SLAB_BYTES = 4 << 20;

    private final NodeConfig config;
    private final Environment environment;
    private final @Nullable WalVolume file;

    private NodeWal(NodeConfig config, Environment environment, @Nullable WalVolume file) {
        this.config = config;
        this.environment = environment;
        this.file = file;
    }

    /** Refuses settings that do not go together; nothing is made. */
    static void check(NodeConfig config) {
        if (config.engine().wal().kind() == WalKind.FILE) {
            files(config.engine());
        }
    }

    static NodeWal open(NodeConfig config, Environment environment) {
        tellMemory(config.engine().memory());
        if (config.engine().wal().kind() == WalKind.OBJECT) {
            makeDirectory(config.dataDir());
            return new NodeWal(config, environment, null);
        }
        WalConfig files = files(config.engine());
        makeDirectory(config.dataDir());
        WalVolume volume = openFiles(files, config.engine().wal().files().paths(), environment);
        LOG.info("write-ahead log {}: {}", volume.walIds(), volume.description());
        return new NodeWal(config, environment, volume);
    }

    private static void tellMemory(MemoryBounds bounds) {
        MemoryBounds.Surroundings has = ProcessMemory.now();
        LOG.debug("memory: {}", bounds);
        if (!bounds.fits(has)) {
            LOG.warn(
                    "the memory bounds do not fit into what the process has, {}: raise -Xmx,"
                            + " -XX:MaxDirectMemorySize or the container's limit, or lower"
                            + " oxbow.memory.* and oxbow.cache.bytes",
                    has);
        }
    }

    private static void makeDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot make the directory %s=%s".formatted(NodeConfigKeys.DATA_DIR, directory),
                    e);
        }
    }

    private static WalConfig files(NodeConfig.Engine engine) {
        NodeConfig.WalFiles files = engine.wal().files();
        try {
            WalConfig wal =
                    WalConfig.at(files.paths().getFirst())
                            .withCapacityBytes(capacityBytes(engine.wal()))
                            .withMemory(engine.memory().slabBytes(), SLAB_BYTES)
                            .withRate(files.rate());
            StripedWalVolume.check(wal, files.paths().size());
            return wal;
        } catch (IllegalArgumentException e) {
            throw new ConfigFailure(
                    "%s=%d or %s=%d cannot be used: %s"
                            .formatted(
                                    WalKeys.CAPACITY,
                                    engine.wal().capacityBytes(),
                                    MemoryKeys.SLAB_BYTES,
                                    engine.memory().slabBytes(),
                                    e.getMessage()));
        }
    }

    private static WalVolume openFiles(WalConfig wal, List<Path> paths, Environment environment) {
        try {
            return StripedWalVolume.open(wal, paths, environment);
        } catch (NoRoomException e) {
            throw new ConfigFailure(
                    "%s=%d cannot be used: %s; set it lower, or %s to a place with more room"
                            .formatted(
                                    WalKeys.CAPACITY,
                                    wal.capacityBytes(),
                                    e.getMessage(),
                                    WalKeys.PATH));
        }
    }

    /**
     * Returns the size of every volume: that of the smallest device when there are only devices.
     */
    private static long capacityBytes(NodeConfig.Wal wal) {
        List<Path> paths = wal.files().paths();
        if (!wal.files().wholeDevices()) {
            return wal.capacityBytes();
        }
        List<Long> sizes =
                paths.stream()
                        .map(DirectFile::deviceBytes)
                        .flatMapToLong(OptionalLong::stream)
                        .boxed()
                        .toList();
        return sizes.size() < paths.size() ? wal.capacityBytes() : Collections.min(sizes);
    }

    /** Returns all logs that the node has to do with; they belong to the streams from then on. */
    NodeWals on(ObjectStore bucket, int nodeId) {
        if (file != null) {
            return NodeWals.of(file);
        }
        NodeConfig.Wal wal = config.engine().wal();
        var bucketWal =
                BucketWalConfig.defaults()
                        .withLimits(
                                wal.capacityBytes(), BucketWalConfig.defaults().recordBytesMax())
                        .withMemory(config.engine().memory().slabBytes(), SLAB_BYTES)
                        .withBatches(wal.batches().interval(), wal.batches().bytes());
        LOG.info("write-ahead log in the bucket, a put per {} at most", wal.batches().interval());
        var own = new BucketWal(bucketWal, environment, bucket, nodeId);
        // An earlier start with a file left its log; the file's lock proves that no process has it
        // open.
        StorageFence lock = dead -> new StorageFence.Result.Fenced("a locked file of this node");
        var earlier = new AttachedVolumes(wal.files().paths(), lock, environment);
        return new NodeWals(own, List.of(earlier));
    }

    void close() {
        if (file != null) {
            file.close();
        }
    }
}
