package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.WalAccess;
import java.time.Duration;

/** Access to the logs in the bucket, which any process with the bucket has. */
public final class BucketWalAccess implements WalAccess {

    private final WalObjects bucket;
    private final Environment environment;

    /**
     * @param pauses between attempts at one request; throttling is ridden out
     * @param patience with one request
     */
    public BucketWalAccess(
            ObjectStore store, Environment environment, Patience pauses, Duration patience) {
        this.bucket = new WalObjects(store, environment.clock(), pauses, patience);
        this.environment = environment;
    }

    @Override
    public boolean has(ApplyResult.DeadEpoch dead, int volume) {
        return dead.walKind() == WalKind.OBJECT;
    }

    @Override
    public Access open(ApplyResult.DeadEpoch dead, int volume, long recovererEpoch) {
        if (!has(dead, volume)) {
            return new Access.Missing("it is not in the bucket");
        }
        return new Access.Open(
                new DeadBucketLog(
                        bucket,
                        dead.nodeId(),
                        dead.nodeEpoch(),
                        new DeadBucketLog.Fencer(
                                recovererEpoch, ObjectPutters.randomId(environment.random())),
                        environment.threads()));
    }
}
