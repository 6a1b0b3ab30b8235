package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.image.MetadataImage;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.LeaderAliveException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;

/** Log with three nodes, whose epochs are their ids; led by this process, node 1, unless set. */
final class ThreeNodes implements FollowedLog {

    static final int EPOCH = 4;

    final MetadataImage image = new MetadataImage();
    Runnable whenImageIsRead = () -> {};
    Leadership leadership;
    LeaderSign found = LeaderSign.WELL;
    boolean joined;

    /** Set to have a leader that is well keep the log, as it does. */
    boolean refusesWell;

    int takeovers;
    int appends;
    int appendedAt = -1;
    boolean questionsExpected;
    private long slot;

    ThreeNodes() {
        for (int id = 1; id <= 3; id++) {
            apply(
                    List.of(
                            new CoreRecord.RegisterNode(
                                    id,
                                    new UUID(1, id),
                                    WalKind.OBJECT,
                                    List.of(),
                                    "h:" + id,
                                    new Membership("h:2" + id, new UUID(2, id), 1))));
        }
        leadership = ledBy(1, true);
    }

    /** Returns the leadership of a node's process. */
    Leadership ledBy(int nodeId, boolean here) {
        return new Leadership(EPOCH, nodeId, new UUID(1, nodeId), here, slot);
    }

    List<ApplyResult> apply(List<CoreRecord> records) {
        return image.apply(++slot, slot * 1_000, records);
    }

    @Override
    public List<ApplyResult> append(List<CoreRecord> records) {
        return apply(records);
    }

    @Override
    public List<ApplyResult> appendAt(int leaderEpoch, List<CoreRecord> records) {
        appends++;
        appendedAt = leaderEpoch;
        return apply(records);
    }

    @Override
    public CoreImage image() {
        whenImageIsRead.run();
        return image;
    }

    @Override
    public Leadership leadership() {
        return leadership;
    }

    /** Asks the check about the leader, and leads at the next epoch. */
    @Override
    public Leadership takeOver(LeaderCheck check) {
        takeovers++;
        found = check.ask(leadership);
        if (found == LeaderSign.WELL && refusesWell) {
            throw new LeaderAliveException("node %d is well".formatted(leadership.nodeId()));
        }
        leadership = new Leadership(EPOCH + 1, 1, new UUID(1, 1), true, slot);
        return leadership;
    }

    @Override
    public void expectQuestions(boolean expected) {
        questionsExpected = expected;
    }

    @Override
    public boolean awaitApplied(long wanted, Duration limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitEnd(Duration limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onLeader(IntConsumer watcher) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onApplied(Runnable watcher) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<byte[]> recent(long wanted, int bytesMax) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long push(List<byte[]> slots, Duration limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Duration bucketSilence() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void join() {
        joined = true;
    }

    @Override
    public UUID clusterId() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ApplicationLog application() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void snapshot() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
