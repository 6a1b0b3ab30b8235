package io.oxbow.s3stream.recovery;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.RecoveredAppends;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.commit.ObjectCommitter;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.wal.DeadVolume;
import io.oxbow.s3stream.wal.WalVolume;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovery under one claim: reads a dead epoch's volumes one after the other, and makes data
 * objects of the appends found. While one object is put, the next is gathered; they are committed
 * in order, and what a commit says to be covered is in that object and those before it. For one
 * thread.
 */
public final class RecoveryAttempt {

    private static final Logger LOG = LoggerFactory.getLogger(RecoveryAttempt.class);

    private final ObjectCommitter committer;
    private final Commands commands;
    private final ThreadFactory threads;
    private final long batchBytes;
    private final ApplyResult.DeadEpoch dead;
    private final RecoveredAppends observer;
    private final ObjectCommitter.Sequence sequence;
    private final List<Long> covered;

    /** Objects put or being put, but not committed; at most one while the next is gathered. */
    private final ArrayDeque<RecoveryUpload> underWay = new ArrayDeque<>();

    private long appends;

    RecoveryAttempt(
            ObjectCommitter committer,
            Commands commands,
            ThreadFactory threads,
            long batchBytes,
            ApplyResult.DeadEpoch dead,
            RecoveredAppends observer) {
        this.committer = committer;
        this.commands = commands;
        this.threads = threads;
        this.batchBytes = batchBytes;
        this.dead = dead;
        this.observer = observer;
        this.sequence = ObjectCommitter.Sequence.onBehalfOf(dead);
        this.covered = new ArrayList<>(dead.walLsns());
    }

    /** Returns the number of appends that became part of their streams. */
    public long appends() {
        return appends;
    }

    /** Replays a volume; returns when all that it holds is committed. */
    public WalVolume.ScanEnd replay(int index, DeadVolume volume) {
        var batch = new RecoveryBatch(commands, dead.nodeEpoch(), batchBytes, false);
        long fromLsn = covered.get(index);
        WalVolume.ScanEnd end =
                volume.scan(
                        fromLsn,
                        (lsn, endLsn, record) -> {
                            if (batch.isFull()) {
                                publish(index, batch);
                            }
                            batch.add(endLsn, record);
                        });
        publish(index, batch);
        commitAllBut(0);
        appends += batch.recoveredAppends();
        LOG.info(
                "{}: read from {} to {}, {} appends recovered, {} dropped",
                DeadWals.describe(dead, index),
                fromLsn,
                end.endLsn(),
                batch.recoveredAppends(),
                batch.droppedAppends());
        return end;
    }

    /**
     * Commits appends beyond the damage at which a volume's scan stopped: of each stream as far as
     * it has no hole. The lost ranges are logged. The log counts as covered up to the damage and no
     * further: an attempt that is interrupted begins there again.
     */
    public void salvage(int index, DeadVolume volume, WalVolume.ScanEnd damage) {
        var batch = new RecoveryBatch(commands, dead.nodeEpoch(), batchBytes, true);
        volume.salvage(
                damage,
                (lsn, endLsn, record) -> {
                    if (batch.isFull()) {
                        upload(batch);
                    }
                    batch.add(endLsn, record);
                });
        upload(batch);
        commitAllBut(0);
        appends += batch.recoveredAppends();
        LOG.error(
                "{} is damaged from position {} on and given up as configured: {} appends beyond the"
                        + " damage are kept, {} are not; of {} streams acknowledged records are lost",
                DeadWals.describe(dead, index),
                damage.endLsn(),
                batch.recoveredAppends(),
                batch.droppedAppends(),
                batch.lost().size());
        for (RecoveryBatch.Lost lost : batch.lost()) {
            LOG.error(
                    "lost: {}, offsets [{}, {})",
                    lost.stream(),
                    lost.fromOffset(),
                    lost.toOffset());
            observer.lost(
                    lost.stream(),
                    lost.fromOffset(),
                    lost.toOffset(),
                    DeadWals.describe(dead, index));
        }
    }

    private void publish(int index, RecoveryBatch batch) {
        if (!batch.isEmpty()) {
            covered.set(index, batch.endLsn());
            upload(batch);
        }
    }

    private void upload(RecoveryBatch batch) {
        if (batch.isEmpty()) {
            return;
        }
        RecoveryBatch.Sealed sealed = batch.seal();
        var upload = new RecoveryUpload(committer.key(sealed.object()), sealed, covered);
        underWay.add(upload);
        threads.newThread(() -> upload.put(committer)).start();
        commitAllBut(1);
    }

    private void commitAllBut(int left) {
        while (underWay.size() > left) {
            RecoveryUpload next = underWay.element();
            next.awaitPut();
            underWay.remove();
            commit(next);
        }
    }

    private void commit(RecoveryUpload upload) {
        ObjectCommitter.Outcome outcome =
                committer.commit(sequence, List.of(upload.object()), upload.covered());
        switch (outcome) {
            case ObjectCommitter.Outcome.Fenced(var why) ->
                    throw new FencedException("fenced while recovering: " + why);
            case ObjectCommitter.Outcome.Refused(var why) ->
                    throw new WalRecovery.ClaimLostException(why);
            case ObjectCommitter.Outcome.Done(var accepted) -> {
                if (accepted.contains(false)) {
                    throw new CorruptException(
                            "recovered appends were refused, although their streams have no"
                                    + " other owner: "
                                    + refused(upload.object().object().ranges(), accepted));
                }
            }
        }
        upload.appends().tell(observer);
    }

    private static List<CoreRecord.Range> refused(
            List<CoreRecord.Range> ranges, List<Boolean> accepted) {
        return IntStream.range(0, ranges.size())
                .filter(i -> !accepted.get(i))
                .mapToObj(ranges::get)
                .toList();
    }

    /**
     * After a failure, waits for the puts under way and gives their uncommitted objects up as
     * garbage.
     */
    void abandonRest() {
        for (RecoveryUpload upload : underWay) {
            upload.awaitEnd();
            committer.abandon(upload.object());
        }
        underWay.clear();
    }
}
