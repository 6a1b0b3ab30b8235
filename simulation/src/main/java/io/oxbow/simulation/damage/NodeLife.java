package io.oxbow.simulation.damage;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.engine.NodeWals;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.bucket.BucketWal;
import io.oxbow.s3stream.wal.disk.WalDisk;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.scenario.StreamSettings;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One process of the node, from its start to its end. */
final class NodeLife {

    /** Process, bucket and disk of a life; the disk is null for a write-ahead log in the bucket. */
    record Place(SimulatedProcess process, ObjectStore store, @Nullable WalDisk disk) {}

    private final StreamSettings settings;
    private final Place place;
    private final UUID incarnation;
    private @Nullable MetadataLog log;
    private @Nullable NodeStreams streams;

    NodeLife(StreamSettings settings, Place place, UUID incarnation) {
        this.settings = settings;
        this.place = place;
        this.incarnation = incarnation;
    }

    SimulatedProcess process() {
        return place.process();
    }

    ObjectStore store() {
        return place.store();
    }

    MetadataLog log() {
        return Objects.requireNonNull(log);
    }

    NodeStreams streams() {
        return Objects.requireNonNull(streams);
    }

    /**
     * Starts the node.
     *
     * @param logOpened told of the metadata log once it has been read
     * @return the failure that ended the start; empty when the node serves
     */
    Optional<S3StreamException> start(Set<UUID> abandoned, Consumer<MetadataLog> logOpened) {
        return result(() -> {
            try {
                open(abandoned, logOpened);
                return Optional.empty();
            } catch (S3StreamException e) {
                return Optional.of(e);
            }
        });
    }

    private void open(Set<UUID> abandoned, Consumer<MetadataLog> logOpened) {
        MetadataLog opened =
                BucketMetadataLog.open(store(), settings.log(incarnation), process().environment());
        log = opened;
        logOpened.accept(opened);
        opened.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
        StreamStoreConfig config = settings.streams(incarnation);
        var identity = config.identity();
        streams =
                NodeStreams.open(
                        config.with(
                                new StreamStoreConfig.Identity(
                                        identity.nodeId(),
                                        identity.incarnation(),
                                        identity.endpoint(),
                                        abandoned)),
                        process().environment(),
                        store(),
                        opened,
                        NodeWals.of(volume()));
    }

    private WalVolume volume() {
        WalDisk disk = place.disk();
        return disk == null
                ? new BucketWal(
                        settings.bucketWal(), process().environment(), store(), settings.nodeId())
                : FileWalVolume.open(settings.wal(), disk, process().environment());
    }

    /** Runs work in a thread of the process, and waits for its end. */
    void run(Runnable work) {
        result(() -> {
            work.run();
            return true;
        });
    }

    private <T> T result(Supplier<T> work) {
        var result = new CompletableFuture<T>();
        process().spawn(() -> result.complete(work.get()));
        return result.join();
    }
}
