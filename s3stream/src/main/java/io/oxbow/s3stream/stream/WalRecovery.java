package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Verdict;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.wal.WalVolume;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
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
        } else {
            abandoned = replay(dead);
        }
        complete(dead, abandoned);
    }

    /** Returns whether some of it had to be given up. */
    private boolean replay(Verdict.DeadEpoch dead) {
        if (dead.walKind() == WalKind.OBJECT) {
            throw new S3StreamException(
                    "epoch %d of node %d wrote its log into the bucket, this process has one in files"
                            .formatted(dead.nodeEpoch(), dead.nodeId()),
                    S3StreamException.Retry.FATAL,
                    null);
        }
        var sequence = Publisher.Sequence.onBehalfOf(dead);
        var covered = new ArrayList<>(dead.walLsns());
        boolean abandoned = false;
        for (int i = 0; i < dead.walIds().size(); i++) {
            UUID walId = dead.walIds().get(i);
            int here = volume.walIds().indexOf(walId);
            if (here < 0) {
                requireAbandoned(
                        dead, walId, "is not here: this node's volumes are " + volume.walIds());
                abandoned = true;
            } else {
                abandoned |= replay(new Part(dead, walId, i, sequence, covered), here);
            }
        }
        return abandoned;
    }

    /** One volume of a dead epoch's log; {@code index} is its place among that log's positions. */
    private record Part(
            Verdict.DeadEpoch dead,
            UUID walId,
            int index,
            Publisher.Sequence sequence,
            List<Long> covered) {}

    private boolean replay(Part part, int here) {
        Verdict.DeadEpoch dead = part.dead;
        var batch = new RecoveryBatch(commands, config.upload().objectBytes());
        long fromLsn = part.covered.get(part.index);
        WalVolume.ScanEnd end =
                volume.scan(
                        here,
                        fromLsn,
                        (lsn, endLsn, record) -> {
                            if (batch.isFull()) {
                                publish(part, batch);
                            }
                            batch.add(endLsn, record);
                        });
        publish(part, batch);
        LOG.info(
                "epoch {} of node {}: read the WAL {} from {} to {}, {} appends recovered, {} dropped",
                dead.nodeEpoch(),
                dead.nodeId(),
                part.walId,
                fromLsn,
                end.endLsn(),
                batch.recoveredAppends(),
                batch.droppedAppends());
        if (end.damaged()) {
            requireAbandoned(
                    dead,
                    part.walId,
                    "is damaged: acked appends between positions %d and %d cannot be read"
                            .formatted(end.endLsn(), end.damagedUpToLsn()));
        }
        return end.damaged();
    }

    private void publish(Part part, RecoveryBatch batch) {
        if (batch.isEmpty()) {
            return;
        }
        var object = batch.toObject();
        part.covered.set(part.index, batch.endLsn());
        switch (publisher.publish(part.sequence, object, List.copyOf(part.covered))) {
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

    private void requireAbandoned(Verdict.DeadEpoch dead, UUID walId, String what) {
        if (config.identity().abandonWal().contains(walId)) {
            LOG.warn("WAL {} {}; given up as configured", walId, what);
            return;
        }
        throw new S3StreamException(
                ("the write-ahead log %s of epoch %d of node %d %s. It may hold acknowledged"
                                + " records. Bring its volume back, or give up what it holds by"
                                + " setting oxbow.wal.abandon=%s")
                        .formatted(
                                walId, dead.nodeEpoch(), dead.nodeId(), what, walId),
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
