package io.oxbow.s3stream.recovery;

import io.oxbow.s3stream.RecoveredAppends;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.wal.WalAccess;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovers all earlier epochs of a node before it may write. It waits for a log that is busy, and
 * fails on one that is lost.
 */
public final class OwnRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(OwnRecovery.class);

    private OwnRecovery() {}

    /**
     * Checks for lost logs before the node registers, because each failed start after that leaves
     * one more epoch to recover.
     */
    public static void check(CoreImage.NodeState node, WalAccess access, Set<UUID> abandoned) {
        for (ApplyResult.DeadEpoch dead : DeadWals.ofNextStart(node)) {
            for (int i = 0; i < DeadWals.volumes(dead); i++) {
                if (!access.has(dead, i) && !abandoned.contains(DeadWals.abandonId(dead, i))) {
                    throw refused(DeadWals.lost(dead, i, "is not here"));
                }
            }
        }
    }

    public static void recover(
            WalRecovery recovery,
            List<ApplyResult.DeadEpoch> unrecovered,
            RecoveredAppends observer,
            Patience patience) {
        unrecovered.stream()
                .sorted(Comparator.comparingLong(ApplyResult.DeadEpoch::nodeEpoch))
                .forEach(dead -> recover(recovery, dead, observer, patience));
    }

    private static void recover(
            WalRecovery recovery,
            ApplyResult.DeadEpoch dead,
            RecoveredAppends observer,
            Patience patience) {
        for (int attempt = 1; ; attempt++) {
            switch (recovery.recover(dead, observer)) {
                case RecoveryResult.Recovered recovered -> {
                    return;
                }
                case RecoveryResult.AlreadyRecovered before -> {
                    return;
                }
                case RecoveryResult.Unreachable unreachable -> throw refused(unreachable);
                case RecoveryResult.Busy(var why) -> LOG.warn("attempt {}: {}", attempt, why);
                case RecoveryResult.InOtherHands(var why) ->
                        LOG.warn("attempt {}: {}", attempt, why);
            }
            patience.pause(attempt, "recover epoch " + dead.nodeEpoch());
        }
    }

    private static S3StreamException refused(RecoveryResult.Unreachable unreachable) {
        return new S3StreamException(unreachable.why(), S3StreamException.Retry.FATAL, null);
    }
}
