package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Fence for a volume on this machine that this process has locked. The kernel releases a lock only
 * when its holder's files are closed, and no process here writes without the lock, so the earlier
 * writer is gone.
 *
 * <p>Only for disks that no other machine can be attached to. A lock says nothing to another
 * machine's kernel; so a network or cluster file system is refused, and a disk of a storage network
 * needs {@link ReservationFence}.
 */
public final class OwnMachineFence implements StorageFence {

    /** Types of file systems that other machines may have mounted at the same time. */
    private static final Set<String> SHARED =
            Set.of(
                    "9p",
                    "afs",
                    "beegfs",
                    "ceph",
                    "cifs",
                    "gfs2",
                    "glusterfs",
                    "gpfs",
                    "lustre",
                    "nfs",
                    "nfs4",
                    "ocfs2",
                    "smb2",
                    "smb3",
                    "smbfs",
                    "virtiofs");

    private final Path path;
    private final List<UUID> locked;

    /**
     * @param path of the volume
     * @param locked identities of the volumes there that this process has opened, and with that
     *     locked, and keeps open as long as the answer counts
     */
    public OwnMachineFence(Path path, List<UUID> locked) {
        this.path = path;
        this.locked = List.copyOf(locked);
    }

    @Override
    public Result fence(DeadWal wal) {
        if (!locked.contains(wal.walId())) {
            return new Result.NotFenced(
                    "%s is not at %s, where this process has locked %s"
                            .formatted(wal, path, locked));
        }
        try {
            String type = Files.getFileStore(path).type().toLowerCase(Locale.ROOT);
            if (SHARED.contains(type) || type.startsWith("fuse")) {
                return new Result.NotFenced(
                        "%s lies on %s, which another machine may have mounted: fence it in another way"
                                .formatted(path, type));
            }
            return new Result.Fenced(
                    "%s: %s is on this machine (%s) and locked by this process"
                            .formatted(wal, path, type));
        } catch (IOException e) {
            return new Result.Unknown(
                    new S3StreamException(
                            "cannot tell what file system %s lies on: %s"
                                    .formatted(path, e.getMessage()),
                            Retry.RETRYABLE,
                            e));
        }
    }
}
