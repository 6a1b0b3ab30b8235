package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Several file volumes under one log: an independent ring each, to which a stream is bound for the
 * life of the log. Their order is that of their ids, so that it does not matter in which order they
 * are configured. Scanned and started by one thread.
 *
 * <p>Which volumes a log has is in the metadata log, not on the volumes: recovery looks for those
 * of each dead epoch by id and refuses to go on without one that may hold something. So their set
 * changes freely after a clean stop, which leaves nothing to recover.
 */
public final class StripedWalVolume implements WalVolume {

    private final WalConfig config;
    private final List<FileWalVolume> volumes;

    private StripedWalVolume(WalConfig config, List<FileWalVolume> volumes) {
        this.config = config;
        this.volumes = volumes.stream().sorted(Comparator.comparing(FileWalVolume::walId)).toList();
    }

    /**
     * Opens the volumes at {@code paths}, formatting those that are new; one path makes a log of
     * one volume.
     *
     * @param config what holds for each of them, but for its path; the memory is for all together
     * @throws S3StreamException when one of them cannot be had; then none is held
     */
    public static WalVolume open(WalConfig config, List<Path> paths, Environment environment) {
        if (paths.size() == 1) {
            return FileWalVolume.open(config.withPath(paths.getFirst()), environment);
        }
        check(config, paths.size());
        List<FileWalVolume> opened = new ArrayList<>();
        try {
            for (Path path : paths) {
                opened.add(FileWalVolume.open(config.withPath(path), environment));
            }
            return new StripedWalVolume(config, opened);
        } catch (RuntimeException | Error failure) {
            opened.forEach(FileWalVolume::close);
            throw failure;
        }
    }

    /** Opens volumes on disks that the caller has opened, and that the volumes close. */
    public static StripedWalVolume openOn(
            WalConfig config, List<? extends WalDisk> disks, Environment environment) {
        check(config, disks.size());
        List<FileWalVolume> opened = new ArrayList<>();
        for (WalDisk disk : disks) {
            opened.add(FileWalVolume.open(config, disk, environment));
        }
        return new StripedWalVolume(config, opened);
    }

    /**
     * Checks that there is memory for {@code volumes} volumes: each keeps a slab at hand, even if
     * it is not written to.
     *
     * @throws IllegalArgumentException when there is too little
     */
    public static void check(WalConfig config, int volumes) {
        long least = volumes * config.leastMemoryBytes();
        if (volumes < 1 || config.memory().bytes() < least) {
            throw new IllegalArgumentException(
                    "WAL: memoryBytes is %d, must be at least %d for %d volumes"
                            .formatted(config.memory().bytes(), least, volumes));
        }
    }

    @Override
    public WalKind kind() {
        return WalKind.FILE;
    }

    @Override
    public List<UUID> walIds() {
        return volumes.stream().map(FileWalVolume::walId).toList();
    }

    @Override
    public String description() {
        return volumes.stream().map(FileWalVolume::description).collect(Collectors.joining(", "));
    }

    /**
     * Opens the volume for recovery that has the dead epoch's id, whatever number it had in that
     * epoch's log.
     */
    @Override
    public Access open(ApplyResult.DeadEpoch dead, int volume, long recovererEpoch) {
        for (FileWalVolume each : volumes) {
            if (each.has(dead, volume)) {
                return each.open(dead, volume, recovererEpoch);
            }
        }
        return new Access.Missing("it is none of " + description());
    }

    @Override
    public boolean has(ApplyResult.DeadEpoch dead, int volume) {
        return volumes.stream().anyMatch(each -> each.has(dead, volume));
    }

    @Override
    public WriteAheadLog start(long nodeEpoch) {
        volumes.forEach(volume -> volume.requireNewer(nodeEpoch));
        var pool = config.newPool();
        List<FileWriteAheadLog> logs = new ArrayList<>();
        for (FileWalVolume volume : volumes) {
            logs.add(volume.start(nodeEpoch, logs.size(), pool));
        }
        return new StripedWriteAheadLog(logs);
    }

    @Override
    public void close() {
        volumes.forEach(FileWalVolume::close);
    }
}
