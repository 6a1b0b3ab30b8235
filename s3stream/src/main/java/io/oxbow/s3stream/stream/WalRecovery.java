package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Verdict;
import io.oxbow.s3stream.wal.WalVolume;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what fenced epochs of this node left in the write-ahead log, makes data objects of it,
 * commits them on those epochs' behalf, and says so. May be interrupted anywhere and begun again:
 * each commit moves the position from which the next attempt starts, and what was committed already
 * is known by its offsets. One thread; blocks.
 */
final class WalRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(WalRecovery.class);

    private final StreamStoreConfig config;
    private final NodeParts.Registration registration;
    private final WalVolume volume;
    private final Publisher publisher;
    private final Commands commands;

    WalRecovery(
            StreamStoreConfig config,
            NodeParts.Registration registration,
            WalVolume volume,
            Publisher publisher,
            Commands commands) {
        this.config = config;
        this.registration = registration;
        this.volume = volume;
        this.publisher = publisher;
        this.commands = commands;
    }

    void recover(List<Verdict.DeadEpoch> unrecovered) {
        unrecovered.stream()
                .sorted(Comparator.comparingLong(Verdict.DeadEpoch::nodeEpoch))
                .forEach(this::recover);
    }

    private void recover(Verdict.DeadEpoch dead) {
        boolean abandoned = false;
        if (dead.lastCommitSeq() == 0) {
            LOG.info("epoch {} of node {} acked nothing", dead.nodeEpoch(), dead.nodeId());
        } else if (dead.walId().equals(volume.walId())) {
            abandoned = replay(dead);
        } else {
            requireAbandoned(dead, "is not here: this node's volume is " + volume.walId());
            abandoned = true;
        }
        complete(dead, abandoned);
    }

    /** Returns whether some of it had to be given up. */
    private boolean replay(Verdict.DeadEpoch dead) {
        var sequence = Publisher.Sequence.onBehalfOf(dead);
        var batch = new RecoveryBatch(commands, config.upload().objectBytes());
        WalVolume.ScanEnd end =
                volume.scan(
                        dead.walLsn(),
                        (lsn, endLsn, record) -> {
                            if (batch.isFull()) {
                                publish(sequence, batch);
                            }
                            batch.add(endLsn, record);
                        });
        publish(sequence, batch);
        LOG.info(
                "epoch {} of node {}: read the WAL from {} to {}, {} appends recovered, {} dropped",
                dead.nodeEpoch(),
                dead.nodeId(),
                dead.walLsn(),
                end.endLsn(),
                batch.recoveredAppends(),
                batch.droppedAppends());
        if (end.damaged()) {
            requireAbandoned(
                    dead,
                    "is damaged: acked appends between positions %d and %d cannot be read"
                            .formatted(end.endLsn(), end.damagedUpToLsn()));
        }
        return end.damaged();
    }

    private void publish(Publisher.Sequence sequence, RecoveryBatch batch) {
        if (batch.isEmpty()) {
            return;
        }
        var object = batch.toObject();
        switch (publisher.publish(sequence, object, batch.endLsn())) {
            case Publisher.Outcome.Fenced(var why) ->
                    throw new FencedException("fenced while recovering: " + why);
            case Publisher.Outcome.Done(var accepted) -> {
                if (accepted.contains(false)) {
                    throw new CorruptException(
                            "recovered appends were refused, although their streams have no other"
                                    + " owner: "
                                    + refused(object.ranges(), accepted));
                }
            }
        }
        batch.clear();
    }

    private static List<CoreRecord.Range> refused(
            List<CoreRecord.Range> ranges, List<Boolean> accepted) {
        return java.util.stream.IntStream.range(0, ranges.size())
                .filter(i -> !accepted.get(i))
                .mapToObj(ranges::get)
                .toList();
    }

    private void requireAbandoned(Verdict.DeadEpoch dead, String what) {
        if (config.identity().abandonWal().contains(dead.walId())) {
            LOG.warn("WAL {} {}; given up as configured", dead.walId(), what);
            return;
        }
        throw new S3StreamException(
                ("the write-ahead log %s of epoch %d of node %d %s. It may hold acknowledged"
                                + " records. Bring its volume back, or give up what it holds by"
                                + " setting oxbow.wal.abandon=%s")
                        .formatted(
                                dead.walId(), dead.nodeEpoch(), dead.nodeId(), what, dead.walId()),
                S3StreamException.Retry.FATAL,
                null);
    }

    private void complete(Verdict.DeadEpoch dead, boolean abandoned) {
        Verdict verdict =
                commands.untilDefinite(
                        new CoreRecord.CompleteRecovery(
                                dead.nodeId(),
                                dead.nodeEpoch(),
                                registration.nodeEpoch(),
                                abandoned));
        switch (verdict) {
            case Verdict.Applied done -> {}
            case Verdict.AlreadyApplied done -> {}
            case Verdict.Fenced(var why) ->
                    throw new FencedException("fenced while recovering: " + why);
            default ->
                    throw new S3StreamException(
                            "recovery of epoch %d was refused: %s"
                                    .formatted(dead.nodeEpoch(), verdict),
                            S3StreamException.Retry.FATAL,
                            null);
        }
    }
}
