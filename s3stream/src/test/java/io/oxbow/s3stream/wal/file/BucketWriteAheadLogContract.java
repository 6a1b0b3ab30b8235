package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.bucket.BucketWal;
import io.oxbow.s3stream.wal.bucket.BucketWalConfig;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Contract of write-ahead logs for a log in a bucket, for each kind of bucket. */
abstract class BucketWriteAheadLogContract extends WriteAheadLogContract {

    private long lastEpoch;
    private int openings;

    /** Returns the bucket of this test. */
    abstract ObjectStore bucket();

    @Override
    WalVolume open() {
        var config =
                BucketWalConfig.defaults()
                        .withBatches(Duration.ofMillis(2), 32 << 10)
                        .withLimits(WalFixture.RING_BYTES, 64 << 10)
                        .withMemory(4 << 20, 256 << 10);
        return new LatestEpoch(new BucketWal(config, environment(), bucket(), WalFixture.NODE));
    }

    /** Returns an environment with randomness of its own, since each opening is another process. */
    private Environment environment() {
        Environment same = WalFixture.environment();
        return new Environment(
                same.clock(), same.threads(), same.diskThreads(), new Random(++openings));
    }

    /** Volume that shows the log of the epoch that was started last. */
    private final class LatestEpoch implements WalVolume {

        private final BucketWal log;

        LatestEpoch(BucketWal log) {
            this.log = log;
        }

        private ApplyResult.DeadEpoch latest(ApplyResult.DeadEpoch asked) {
            return new ApplyResult.DeadEpoch(
                    asked.nodeId(), lastEpoch, WalKind.OBJECT, List.of(), List.of(0L), 1);
        }

        @Override
        public boolean has(ApplyResult.DeadEpoch dead, int volume) {
            return log.has(latest(dead), volume);
        }

        @Override
        public Access open(ApplyResult.DeadEpoch dead, int volume, long recovererEpoch) {
            return log.open(latest(dead), volume, recovererEpoch);
        }

        @Override
        public WalKind kind() {
            return log.kind();
        }

        @Override
        public String description() {
            return "the latest epoch's";
        }

        @Override
        public List<UUID> walIds() {
            return log.walIds();
        }

        @Override
        public WriteAheadLog start(long nodeEpoch) {
            lastEpoch = nodeEpoch;
            return log.start(nodeEpoch);
        }

        @Override
        public void close() {
            log.close();
        }
    }
}
