package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.fence.DeadWal;
import io.oxbow.s3stream.fence.StorageFence;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.wal.DeadVolume;
import io.oxbow.s3stream.wal.WalAccess;
import io.oxbow.s3stream.wal.WalVolume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Volumes that this machine has attached but does not write: those of dead nodes, or of an earlier
 * configuration of its node. The storage is fenced before anything is read. Stateless but for its
 * parts; blocks.
 */
public final class AttachedVolumes implements WalAccess {

    private final List<Path> paths;
    private final StorageFence fence;
    private final Environment environment;

    /**
     * @param paths files or devices to look at; those that are not there are passed over
     * @param fence cuts the writers off
     */
    public AttachedVolumes(List<Path> paths, StorageFence fence, Environment environment) {
        this.paths = List.copyOf(paths);
        this.fence = fence;
        this.environment = environment;
    }

    @Override
    public boolean has(ApplyResult.DeadEpoch dead, int volume) {
        if (dead.walKind() != WalKind.FILE) {
            return false;
        }
        try {
            Optional<FileWalVolume> found = find(dead.walIds().get(volume));
            found.ifPresent(FileWalVolume::close);
            return found.isPresent();
        } catch (S3StreamException mayBeIt) {
            return true;
        }
    }

    @Override
    public Access open(ApplyResult.DeadEpoch dead, int volume, long recovererEpoch) {
        if (dead.walKind() != WalKind.FILE) {
            return new Access.Missing("it was not in files");
        }
        UUID walId = dead.walIds().get(volume);
        var wal = new DeadWal(dead.nodeId(), dead.nodeEpoch(), walId);
        try {
            if (!has(dead, volume)) {
                return new Access.Missing("none of %s is it".formatted(paths));
            }
            return switch (fence.fence(wal)) {
                case StorageFence.Result.Fenced fenced -> openFenced(walId);
                case StorageFence.Result.NotFenced(var why) ->
                        new Access.Missing("it cannot be cut off from its writer: " + why);
                case StorageFence.Result.Unknown(var cause) ->
                        new Access.Busy(
                                "may not be cut off from its writer: " + cause.getMessage());
            };
        } catch (S3StreamException e) {
            return new Access.Busy("cannot be opened: " + e.getMessage());
        }
    }

    private Access openFenced(UUID walId) {
        return find(walId)
                .<Access>map(found -> new Access.Open(new AttachedVolume(found)))
                .orElseGet(() -> new Access.Missing("none of %s is it any more".formatted(paths)));
    }

    /** Opens the volume with the identity {@code walId}; empty if it is not attached. */
    private Optional<FileWalVolume> find(UUID walId) {
        S3StreamException unreadable = null;
        for (Path path : paths) {
            if (Files.exists(path)) {
                try {
                    FileWalVolume found = FileWalVolume.openExisting(path, environment);
                    if (found.walIds().contains(walId)) {
                        return Optional.of(found);
                    }
                    found.close();
                } catch (S3StreamException e) {
                    unreadable = e; // perhaps another one is it
                }
            }
        }
        if (unreadable != null) {
            throw unreadable;
        }
        return Optional.empty();
    }

    private record AttachedVolume(FileWalVolume volume) implements DeadVolume {
        @Override
        public WalVolume.ScanEnd scan(long fromLsn, WalVolume.RecordVisitor records) {
            return volume.scan(fromLsn, records);
        }

        @Override
        public void salvage(WalVolume.ScanEnd damage, WalVolume.RecordVisitor records) {
            volume.salvage(damage, records);
        }

        /** Does nothing: the volume's content is given up when the volume is started anew. */
        @Override
        public void recovered() {}

        @Override
        public void close() {
            volume.close();
        }
    }
}
