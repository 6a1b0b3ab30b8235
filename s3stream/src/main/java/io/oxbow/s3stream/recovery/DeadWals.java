package io.oxbow.s3stream.recovery;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.WalKind;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Facts about the write-ahead logs of dead node epochs, as the metadata log has them; the logs are
 * not opened.
 */
public final class DeadWals {

    /**
     * Upper half of the ids that stand for logs in the bucket, which have no identity of their own:
     * "oxbW".
     */
    private static final long BUCKET_LOG = 0x6f786257L << 32;

    private DeadWals() {}

    /** Returns whether the epoch acked nothing: its first commit comes before its first append. */
    static boolean ackedNothing(ApplyResult.DeadEpoch dead) {
        return dead.lastCommitSeq() == 0;
    }

    /** Returns the number of volumes that recovery has to read. */
    public static int volumes(ApplyResult.DeadEpoch dead) {
        return ackedNothing(dead) ? 0 : dead.walLsns().size();
    }

    /** Returns the id by which an operator gives up what a volume holds. */
    public static UUID abandonId(ApplyResult.DeadEpoch dead, int volume) {
        return dead.walKind() == WalKind.OBJECT
                ? new UUID(BUCKET_LOG | dead.nodeId(), dead.nodeEpoch())
                : dead.walIds().get(volume);
    }

    public static String describe(ApplyResult.DeadEpoch dead, int volume) {
        return "the write-ahead log %s of epoch %d of node %d"
                .formatted(abandonId(dead, volume), dead.nodeEpoch(), dead.nodeId());
    }

    public static RecoveryResult.Unreachable lost(
            ApplyResult.DeadEpoch dead, int volume, String what) {
        return new RecoveryResult.Unreachable(
                ("%s %s. It may hold acknowledged records. Bring its volume back, or give up what"
                                + " it holds by setting oxbow.wal.abandon=%s")
                        .formatted(describe(dead, volume), what, abandonId(dead, volume)));
    }

    /** Returns the epochs that a node will have to recover when it registers next. */
    static List<ApplyResult.DeadEpoch> ofNextStart(CoreImage.NodeState node) {
        var dead = new ArrayList<>(node.unrecovered());
        if (!node.fenced()) {
            dead.add(
                    new ApplyResult.DeadEpoch(
                            node.nodeId(),
                            node.nodeEpoch(),
                            node.walKind(),
                            node.walIds(),
                            node.walLsns(),
                            node.lastCommitSeq()));
        }
        return dead;
    }
}
