package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.RecoveredAppends;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.WalAccess;
import io.oxbow.s3stream.wal.WalAccesses;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.bucket.BucketWalAccess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Write-ahead logs that a node writes, or can reach for recovery.
 *
 * @param own what it writes; belongs to the store once that is open
 * @param others ways to what others wrote, beside its own volume and the bucket
 * @param observer told of what this node's earlier epochs left in theirs
 */
public record NodeWals(WalVolume own, List<WalAccess> others, RecoveredAppends observer) {

    /** Time limit for recovery's requests to the bucket. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    public NodeWals {
        others = List.copyOf(others);
    }

    public NodeWals(WalVolume own, List<WalAccess> others) {
        this(own, others, RecoveredAppends.IGNORED);
    }

    public static NodeWals of(WalVolume own) {
        return new NodeWals(own, List.of());
    }

    public NodeWals with(RecoveredAppends newObserver) {
        return new NodeWals(own, others, newObserver);
    }

    /**
     * Returns the access to the logs of dead epochs: the own volume, the bucket, and the others, in
     * this order.
     */
    public WalAccess access(ObjectStore store, Environment environment, Patience pauses) {
        var ways = new ArrayList<WalAccess>();
        ways.add(own);
        ways.add(new BucketWalAccess(store, environment, pauses, PATIENCE));
        ways.addAll(others);
        return new WalAccesses(ways);
    }
}
