package io.oxbow.simulation.engine;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.wal.DeadVolume;
import io.oxbow.s3stream.wal.WalAccess;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import io.oxbow.simulation.world.LossyDisk;

/**
 * Attaches other nodes' disks to a process: a disk is taken away from the process that has it,
 * which fences its writer.
 */
final class AttachedWals implements WalAccess {

    private final Cluster cluster;
    private final Life life;

    AttachedWals(Cluster cluster, Life life) {
        this.cluster = cluster;
        this.life = life;
    }

    @Override
    public boolean has(ApplyResult.DeadEpoch dead, int volume) {
        return dead.walKind() == WalKind.FILE && dead.nodeId() != life.nodeId();
    }

    @Override
    public Access open(ApplyResult.DeadEpoch dead, int volume, long recovererEpoch) {
        if (!has(dead, volume)) {
            return new Access.Missing("it is not another node's disk");
        }
        Member member = cluster.member(dead.nodeId());
        if (!cluster.canTakeAway(member)) {
            return new Access.Busy("the disk is in use");
        }
        cluster.simulation().say("%s attaches the disk of node %d", life, dead.nodeId());
        LossyDisk disk = cluster.attach(member, life.process());
        try {
            FileWalVolume attached =
                    FileWalVolume.open(
                            cluster.settings().storage().wal(),
                            cluster.seams().disk().apply(disk),
                            life.process().environment());
            return switch (attached.open(dead, volume, recovererEpoch)) {
                case Access.Open(DeadVolume open) -> new Access.Open(new Attached(open, disk));
                case Access.Missing missing -> missing;
                case Access.Busy busy -> busy;
            };
        } catch (S3StreamException e) {
            disk.close();
            if (e.retry() == S3StreamException.Retry.RETRYABLE) {
                return new Access.Busy(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    /** A disk of another node that is given back when it is closed. */
    private record Attached(DeadVolume open, LossyDisk disk) implements DeadVolume {
        @Override
        public WalVolume.ScanEnd scan(long fromLsn, WalVolume.RecordVisitor records) {
            return open.scan(fromLsn, records);
        }

        @Override
        public void salvage(WalVolume.ScanEnd damage, WalVolume.RecordVisitor records) {
            open.salvage(damage, records);
        }

        @Override
        public void recovered() {
            open.recovered();
        }

        @Override
        public void close() {
            open.close();
            disk.close();
        }
    }
}
