package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.WalAccess;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Write-ahead log of one node in the bucket, begun anew by each node epoch. For one thread. */
public final class BucketWal implements WalVolume {

    private final BucketWalConfig config;
    private final Environment environment;
    private final ObjectStore store;
    private final int nodeId;
    private @Nullable BucketWriteAheadLog log;

    /**
     * @param store stays open when this is closed
     */
    public BucketWal(
            BucketWalConfig config, Environment environment, ObjectStore store, int nodeId) {
        this.config = config;
        this.environment = environment;
        this.store = store;
        this.nodeId = nodeId;
    }

    @Override
    public WalKind kind() {
        return WalKind.OBJECT;
    }

    @Override
    public String description() {
        return "objects of node %d in %s".formatted(nodeId, store.location());
    }

    @Override
    public List<UUID> walIds() {
        return List.of();
    }

    @Override
    public boolean has(ApplyResult.DeadEpoch dead, int volume) {
        return way().has(dead, volume);
    }

    @Override
    public Access open(ApplyResult.DeadEpoch dead, int volume, long recovererEpoch) {
        return way().open(dead, volume, recovererEpoch);
    }

    private WalAccess way() {
        var pauses = new Patience(environment, () -> false);
        return new BucketWalAccess(store, environment, pauses, config.patience());
    }

    @Override
    public WriteAheadLog start(long nodeEpoch) {
        if (log != null) {
            throw new IllegalStateException("the log was started before");
        }
        var pauses = new Patience(environment, () -> false);
        var bucket = new WalObjects(store, environment.clock(), pauses, config.patience());
        var key = new WalKey(nodeId, nodeEpoch, WalKey.START_SEQ);
        var start =
                ObjectHeader.bare(
                        ObjectHeader.Kind.START,
                        key,
                        ObjectPutters.randomId(environment.random()),
                        nodeEpoch);
        if (bucket.create(start, List.of()) instanceof WalObjects.Created.Another(var there)) {
            throw ObjectPutters.another(there);
        }
        log = BucketWriteAheadLog.start(config, environment, store, key);
        return log;
    }

    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
    }
}
