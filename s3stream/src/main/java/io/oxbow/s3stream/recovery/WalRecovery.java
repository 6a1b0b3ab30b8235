package io.oxbow.s3stream.recovery;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.RecoveredAppends;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.commit.ObjectCommitter;
import io.oxbow.s3stream.commit.Registration;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.wal.DeadVolume;
import io.oxbow.s3stream.wal.WalAccess;
import io.oxbow.s3stream.wal.WalVolume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovers the write-ahead log of a fenced node epoch, this node's or another's: commits its
 * appends as data objects on that epoch's behalf. The recovery may be interrupted anywhere and
 * begun again, here or elsewhere: each commit moves the position from which the next attempt
 * starts, and committed appends are known by their offsets.
 *
 * <p>The order is what makes it safe: the epoch is fenced in the metadata log, then cut off from
 * its storage, then claimed; where to start is read under the claim. Whoever loses the claim can
 * commit and complete nothing any more. Nothing of the dead log is deleted before the metadata log
 * says that it is recovered.
 *
 * <p>Thread-safe; one epoch at a time, so that memory is bounded by two batches; blocks.
 */
public final class WalRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(WalRecovery.class);

    private final Registration registration;
    private final WalAccess access;
    private final ObjectCommitter committer;
    private final Commands commands;
    private final ThreadFactory threads;
    private final Settings settings;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    /**
     * @param batchBytes how much makes one object, about; twice that is held in memory
     * @param abandoned what an operator gives up, see {@link DeadWals#abandonId}
     */
    public record Settings(long batchBytes, java.util.Set<UUID> abandoned) {
        public Settings(StreamStoreConfig config) {
            this(config.upload().rangeBytesMax(), config.identity().abandonWal());
        }
    }

    /**
     * @param committer none else's: recoveries number their commits by themselves
     */
    public WalRecovery(
            Registration registration,
            WalAccess access,
            ObjectCommitter committer,
            Commands commands,
            ThreadFactory threads,
            Settings settings) {
        this.registration = registration;
        this.access = access;
        this.committer = committer;
        this.commands = commands;
        this.threads = threads;
        this.settings = settings;
    }

    /**
     * Makes one attempt to recover an epoch.
     *
     * @param dead fenced in the metadata log
     * @param observer told of what became part of its stream
     * @throws FencedException when this node itself is fenced
     * @throws io.oxbow.s3stream.CorruptException when the log contradicts the metadata log
     */
    public RecoveryResult recover(ApplyResult.DeadEpoch dead, RecoveredAppends observer) {
        oneAtATime.lock();
        try {
            RecoveryResult obstacle = lost(dead);
            return obstacle != null ? obstacle : claim(dead, observer);
        } catch (ClaimLostException lost) {
            return new RecoveryResult.InOtherHands(lost.why);
        } finally {
            oneAtATime.unlock();
        }
    }

    /**
     * Returns a result that names a volume which this node cannot reach, as far as it can be told
     * without opening it; null if none.
     */
    private @Nullable RecoveryResult lost(ApplyResult.DeadEpoch dead) {
        for (int i = 0; i < DeadWals.volumes(dead); i++) {
            if (!access.has(dead, i) && !isAbandoned(dead, i)) {
                return DeadWals.lost(dead, i, "is not here");
            }
        }
        return null;
    }

    /**
     * Claims the recovery in the metadata log, before any volume is cut off from its writer, and
     * goes on under that claim.
     */
    private RecoveryResult claim(ApplyResult.DeadEpoch dead, RecoveredAppends observer) {
        var claim =
                new CoreRecord.ClaimRecovery(
                        registration.nodeId(),
                        registration.nodeEpoch(),
                        dead.nodeId(),
                        dead.nodeEpoch());
        return switch (commands.untilDefinite(claim)) {
            case ApplyResult.Claimed(var claimed) -> recoverClaimed(claimed, observer);
            case ApplyResult.AlreadyApplied recovered -> new RecoveryResult.AlreadyRecovered();
            case ApplyResult.Refused(var why) -> new RecoveryResult.InOtherHands(why);
            case ApplyResult.Fenced(var why) -> throw fenced(why);
            default -> throw new IllegalStateException("no answer to a claim");
        };
    }

    private RecoveryResult recoverClaimed(ApplyResult.DeadEpoch dead, RecoveredAppends observer) {
        var volumes = new ArrayList<Optional<DeadVolume>>();
        RecoveryResult result;
        try {
            RecoveryResult obstacle = open(dead, volumes);
            result = obstacle != null ? obstacle : recover(dead, volumes, observer);
        } finally {
            volumes.forEach(volume -> volume.ifPresent(DeadVolume::close));
        }
        if (!(result instanceof RecoveryResult.Recovered)) {
            release(dead);
        }
        return result;
    }

    /** Releases the claim, since another node may be able to read what this one cannot. */
    private void release(ApplyResult.DeadEpoch dead) {
        commands.untilDefinite(
                new CoreRecord.ReleaseRecovery(
                        registration.nodeId(),
                        registration.nodeEpoch(),
                        dead.nodeId(),
                        dead.nodeEpoch()));
    }

    /** Opens all volumes that are not given up; returns the obstacle, or null if there is none. */
    private @Nullable RecoveryResult open(
            ApplyResult.DeadEpoch dead, List<Optional<DeadVolume>> volumes) {
        for (int i = 0; i < DeadWals.volumes(dead); i++) {
            switch (access.open(dead, i, registration.nodeEpoch())) {
                case WalAccess.Access.Open(var volume) -> volumes.add(Optional.of(volume));
                case WalAccess.Access.Busy(var why) -> {
                    return new RecoveryResult.Busy(DeadWals.describe(dead, i) + " " + why);
                }
                case WalAccess.Access.Missing(var why) -> {
                    if (!isAbandoned(dead, i)) {
                        return DeadWals.lost(dead, i, "is not here: " + why);
                    }
                    volumes.add(Optional.empty());
                }
            }
        }
        return null;
    }

    private boolean isAbandoned(ApplyResult.DeadEpoch dead, int volume) {
        UUID id = DeadWals.abandonId(dead, volume);
        boolean abandoned = settings.abandoned.contains(id);
        if (abandoned) {
            LOG.warn("{}: what cannot be read is given up as configured", id);
        }
        return abandoned;
    }

    private RecoveryResult recover(
            ApplyResult.DeadEpoch dead,
            List<Optional<DeadVolume>> volumes,
            RecoveredAppends observer) {
        var attempt =
                new RecoveryAttempt(
                        committer, commands, threads, settings.batchBytes(), dead, observer);
        try {
            return recover(dead, volumes, attempt);
        } finally {
            attempt.abandonRest();
        }
    }

    private RecoveryResult recover(
            ApplyResult.DeadEpoch dead,
            List<Optional<DeadVolume>> volumes,
            RecoveryAttempt attempt) {
        boolean abandoned = false;
        for (int i = 0; i < volumes.size(); i++) {
            Optional<DeadVolume> volume = volumes.get(i);
            if (volume.isEmpty()) {
                abandoned = true;
                continue;
            }
            WalVolume.ScanEnd end = attempt.replay(i, volume.get());
            if (end.damaged() && !isAbandoned(dead, i)) {
                return DeadWals.lost(
                        dead,
                        i,
                        "is damaged: acked appends between positions %d and %d cannot be read"
                                .formatted(end.endLsn(), end.damagedUpToLsn()));
            }
            if (end.damaged()) {
                attempt.salvage(i, volume.get(), end);
                abandoned = true;
            }
        }
        complete(dead, abandoned);
        volumes.forEach(volume -> volume.ifPresent(DeadVolume::recovered));
        return new RecoveryResult.Recovered(attempt.appends(), abandoned);
    }

    private void complete(ApplyResult.DeadEpoch dead, boolean abandoned) {
        var completion =
                new CoreRecord.CompleteRecovery(
                        dead.nodeId(), dead.nodeEpoch(), registration.nodeEpoch(), abandoned);
        switch (commands.untilDefinite(completion)) {
            case ApplyResult.Applied done -> {}
            case ApplyResult.AlreadyApplied done -> {}
            case ApplyResult.Fenced(var why) -> throw fenced(why);
            case ApplyResult.Refused(var why) -> throw new ClaimLostException(why);
            default -> throw new IllegalStateException("no answer to a completion");
        }
    }

    private static FencedException fenced(String why) {
        return new FencedException("fenced while recovering: " + why);
    }

    /** Thrown when another recoverer has taken the claim, or has completed the recovery. */
    static final class ClaimLostException extends S3StreamException {
        private static final long serialVersionUID = 1L;

        private final String why;

        ClaimLostException(String why) {
            super(why, Retry.FATAL, null);
            this.why = why;
        }
    }
}
