package io.oxbow.s3stream.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MetadataImageTest {

    private static final UUID WAL = wal(1);
    private static final UUID TOPIC = new UUID(5, 5);

    private final MetadataImage image = new MetadataImage();
    private long slot;

    private ApplyResult apply(CoreRecord record) {
        return image.apply(++slot, slot * 1_000, List.of(record)).getFirst();
    }

    private static CoreRecord.RegisterNode registration(int nodeId, long incarnation) {
        return new CoreRecord.RegisterNode(
                nodeId, new UUID(0, incarnation), WalKind.FILE, List.of(wal(nodeId)), "h:8181");
    }

    private static UUID wal(int nodeId) {
        return new UUID(1, nodeId);
    }

    private long register(int nodeId, long incarnation) {
        return ((ApplyResult.Registered) apply(registration(nodeId, incarnation))).nodeEpoch();
    }

    private static StreamName name(int partition) {
        return new StreamName(TOPIC, partition, StreamName.Kind.DATA);
    }

    private ApplyResult tryOpen(int nodeId, long nodeEpoch, int... partitions) {
        var names = new ArrayList<StreamName>();
        for (int partition : partitions) {
            names.add(name(partition));
        }
        return apply(new CoreRecord.OpenStreams(nodeId, nodeEpoch, names));
    }

    private List<ApplyResult.OpenedStream> open(int nodeId, long nodeEpoch, int... partitions) {
        return ((ApplyResult.Opened) tryOpen(nodeId, nodeEpoch, partitions)).streams();
    }

    private static CoreRecord.Range range(ApplyResult.OpenedStream stream, long start, long count) {
        return new CoreRecord.Range(
                stream.streamId(), stream.streamEpoch(), start, count, count * 10, start + 1000);
    }

    private ApplyResult commit(
            long epoch, long seq, long walLsn, String key, CoreRecord.Range... ranges) {
        return commit(epoch, 0, seq, walLsn, key, ranges);
    }

    private ApplyResult commit(
            long epoch,
            long onBehalfOf,
            long seq,
            long walLsn,
            String key,
            CoreRecord.Range... ranges) {
        var object = new CoreRecord.NewObject(key, 4096, List.of(ranges));
        int node = nodeOf(epoch);
        return apply(
                new CoreRecord.CommitObjects(
                        node, epoch, onBehalfOf, seq, 0, List.of(walLsn), List.of(object)));
    }

    private ApplyResult claim(int node, long epoch, int deadNode, long dead) {
        return apply(new CoreRecord.ClaimRecovery(node, epoch, deadNode, dead));
    }

    private int nodeOf(long epoch) {
        for (int node = 1; node < 5; node++) {
            if (image.node(node).filter(state -> state.nodeEpoch() == epoch).isPresent()) {
                return node;
            }
        }
        return 1;
    }

    private CoreImage.NodeState node(int nodeId) {
        return image.node(nodeId).orElseThrow();
    }

    private CoreImage.StreamState stream(long streamId) {
        return image.stream(streamId).orElseThrow();
    }

    private List<String> dereferenced() {
        return image.dereferencedObjects(10).stream().map(CoreImage.ObjectState::key).toList();
    }

    // ---- nodes

    @Test
    void registrationIsIdempotentByIncarnation() {
        assertThat(register(1, 10)).isEqualTo(1);
        assertThat(register(1, 10)).isEqualTo(1);
        assertThat(register(2, 20)).as("one counter for all nodes").isEqualTo(2);
    }

    @Test
    void anotherIncarnationFencesTheFirst() {
        long first = register(1, 10);
        commit(first, 1, 500, "o");
        assertThat(apply(registration(1, 11)))
                .isEqualTo(
                        new ApplyResult.Registered(
                                2,
                                List.of(
                                        new ApplyResult.DeadEpoch(
                                                1,
                                                first,
                                                WalKind.FILE,
                                                List.of(WAL),
                                                List.of(500L),
                                                1))));
        assertThat(commit(first, 2, 600, "p")).isInstanceOf(ApplyResult.Fenced.class);
        assertThat(tryOpen(1, first, 0)).isInstanceOf(ApplyResult.Fenced.class);
    }

    @Test
    void lateRepetitionOfAnOldRegistrationFencesNobody() {
        register(1, 10);
        long second = register(1, 11);
        assertThat(apply(registration(1, 10))).isInstanceOf(ApplyResult.Fenced.class);
        assertThat(node(1).nodeEpoch()).isEqualTo(second);
        assertThat(node(1).fenced()).isFalse();
    }

    @Test
    void registrationOfAFencedIncarnationIsRefused() {
        long epoch = register(1, 10);
        assertThat(apply(new CoreRecord.FenceNode(1, epoch)))
                .isInstanceOf(ApplyResult.Applied.class);
        assertThat(apply(new CoreRecord.FenceNode(1, epoch)))
                .isInstanceOf(ApplyResult.AlreadyApplied.class);
        assertThat(apply(registration(1, 10))).isInstanceOf(ApplyResult.Fenced.class);
        assertThat(apply(new CoreRecord.FenceNode(1, 99))).isInstanceOf(ApplyResult.Refused.class);
    }

    @Test
    void newEpochOfAWalStartsWhereTheOldOneIsCovered() {
        long first = register(1, 10);
        commit(first, 1, 500, "o");
        long second = register(1, 11);
        assertThat(node(1).walLsns().getFirst()).isEqualTo(500);
        claim(1, second, 1, first);
        commit(second, first, 2, 900, "r");
        apply(new CoreRecord.CompleteRecovery(1, first, second, false));
        assertThat(node(1).walLsns().getFirst()).isEqualTo(900);
        assertThat(node(1).lastCommitSeq()).isZero();
    }

    @Test
    void orderlyEndLeavesNothingToRecover() {
        long first = register(1, 10);
        ApplyResult.OpenedStream stream = open(1, first, 0).getFirst();
        apply(new CoreRecord.FenceNode(1, first));
        assertThat(apply(new CoreRecord.CompleteRecovery(1, first, first, false)))
                .isInstanceOf(ApplyResult.Applied.class);
        assertThat(stream(stream.streamId()).ownerNode()).isEqualTo(-1);
        assertThat(apply(registration(1, 11))).isEqualTo(new ApplyResult.Registered(2, List.of()));
        assertThat(apply(new CoreRecord.CompleteRecovery(1, first, 2, false)))
                .isInstanceOf(ApplyResult.AlreadyApplied.class);
    }

    @Test
    void aVolumeThatAnotherNodesEpochMayHoldSomethingInIsRefused() {
        long first = register(1, 10);
        var withItsDisk =
                new CoreRecord.RegisterNode(
                        2, new UUID(0, 20), WalKind.FILE, List.of(wal(2), wal(1)), "h:1");
        assertThat(apply(withItsDisk)).as("live").isInstanceOf(ApplyResult.Refused.class);
        apply(new CoreRecord.FenceNode(1, first));
        assertThat(apply(withItsDisk))
                .as("fenced, not recovered")
                .isInstanceOfSatisfying(
                        ApplyResult.Refused.class,
                        refused -> assertThat(refused.why()).contains("node 1", "epoch " + first));
        assertThat(image.node(2)).isEmpty();
        apply(new CoreRecord.CompleteRecovery(1, first, first, false));
        assertThat(apply(withItsDisk)).isInstanceOf(ApplyResult.Registered.class);
    }

    @Test
    void positionsFollowAVolumeIntoAnotherSet() {
        var one =
                new CoreRecord.RegisterNode(1, new UUID(0, 1), WalKind.FILE, List.of(wal(1)), "h");
        long first = ((ApplyResult.Registered) apply(one)).nodeEpoch();
        commit(first, 1, 500, "o");
        var two =
                new CoreRecord.RegisterNode(
                        1, new UUID(0, 2), WalKind.FILE, List.of(wal(7), wal(1)), "h");
        long second = ((ApplyResult.Registered) apply(two)).nodeEpoch();
        assertThat(node(1).walLsns()).containsExactly(0L, 500L);
        assertThat(commit(second, 1, 600, "p"))
                .as("one position of a log with two")
                .isInstanceOf(ApplyResult.Refused.class);
        var both = new CoreRecord.CommitObjects(1, second, 0, 1, 0, List.of(40L, 300L), List.of());
        assertThat(apply(both)).isInstanceOf(ApplyResult.Committed.class);
        assertThat(node(1).walLsns()).containsExactly(40L, 500L);
    }

    @Test
    void oneCommitMayHoldSeveralObjects() {
        long epoch = register(1, 10);
        ApplyResult.OpenedStream stream = open(1, epoch, 0).getFirst();
        var objects =
                List.of(
                        new CoreRecord.NewObject("a", 10, List.of(range(stream, 0, 5))),
                        new CoreRecord.NewObject("b", 10, List.of(range(stream, 5, 5))),
                        new CoreRecord.NewObject("c", 10, List.of(range(stream, 5, 5))));
        var commit = new CoreRecord.CommitObjects(1, epoch, 0, 1, 0, List.of(9L), objects);
        assertThat(apply(commit)).isEqualTo(new ApplyResult.Committed(List.of(true, true, false)));
        assertThat(stream(stream.streamId()).endOffset()).isEqualTo(10);
        assertThat(image.isReferenced("b")).isTrue();
        assertThat(image.isReferenced("c")).isFalse();
    }

    @Test
    void recoveryOfALiveEpochIsRefused() {
        long first = register(1, 10);
        long second = register(2, 20);
        assertThat(apply(new CoreRecord.CompleteRecovery(1, first, second, false)))
                .isInstanceOf(ApplyResult.Refused.class);
        apply(new CoreRecord.FenceNode(1, first));
        assertThat(apply(new CoreRecord.CompleteRecovery(1, first, 77, false)))
                .isInstanceOf(ApplyResult.Fenced.class);
    }

    // ---- streams

    @Test
    void streamsAreCreatedWhenFirstOpenedAndKeepTheirEpochForTheirOwner() {
        long epoch = register(1, 10);
        List<ApplyResult.OpenedStream> streams = open(1, epoch, 0, 1);
        assertThat(streams)
                .containsExactly(
                        new ApplyResult.OpenedStream(1, 1, 0, 0),
                        new ApplyResult.OpenedStream(2, 1, 0, 0));
        assertThat(open(1, epoch, 1)).containsExactly(new ApplyResult.OpenedStream(2, 1, 0, 0));
        assertThat(image.stream(name(1)).orElseThrow().ownerNodeEpoch()).isEqualTo(epoch);
        assertThat(image.streamsOf(TOPIC)).hasSize(2);
    }

    @Test
    void openOfAnotherNodesStreamOpensNone() {
        long first = register(1, 10);
        long second = register(2, 20);
        open(1, first, 0);
        assertThat(tryOpen(2, second, 1, 0)).isInstanceOf(ApplyResult.Refused.class);
        assertThat(image.stream(name(1))).isEmpty();
    }

    @Test
    void streamOfADeadEpochOpensOnlyAfterItsRecovery() {
        long first = register(1, 10);
        open(1, first, 0);
        long second = register(1, 11);
        assertThat(tryOpen(1, second, 0)).isInstanceOf(ApplyResult.Refused.class);
        claim(1, second, 1, first);
        apply(new CoreRecord.CompleteRecovery(1, first, second, false));
        assertThat(open(1, second, 0)).containsExactly(new ApplyResult.OpenedStream(1, 2, 0, 0));
    }

    @Test
    void closedStreamOpensElsewhereAtTheNextEpoch() {
        long first = register(1, 10);
        long second = register(2, 20);
        long id = open(1, first, 0).getFirst().streamId();
        assertThat(apply(close(2, second, id, 1))).isInstanceOf(ApplyResult.AlreadyApplied.class);
        assertThat(apply(close(1, first, id, 1))).isInstanceOf(ApplyResult.Applied.class);
        assertThat(open(2, second, 0).getFirst().streamEpoch()).isEqualTo(2);
    }

    @Test
    void lateRepetitionOfACloseEndsNoNewerOpening() {
        long epoch = register(1, 10);
        long id = open(1, epoch, 0).getFirst().streamId();
        apply(close(1, epoch, id, 1));
        assertThat(open(1, epoch, 0)).containsExactly(new ApplyResult.OpenedStream(id, 2, 0, 0));
        assertThat(apply(close(1, epoch, id, 1))).isInstanceOf(ApplyResult.AlreadyApplied.class);
        assertThat(stream(id).ownerNode()).isEqualTo(1);
    }

    private static CoreRecord.CloseStreams close(
            int nodeId, long nodeEpoch, long streamId, long streamEpoch) {
        return new CoreRecord.CloseStreams(
                nodeId, nodeEpoch, List.of(new CoreRecord.Opening(streamId, streamEpoch)));
    }

    @Test
    void deletedStreamLeavesItsObjectsDereferenced() {
        long first = register(1, 10);
        long second = register(2, 20);
        ApplyResult.OpenedStream stream = open(1, first, 0).getFirst();
        commit(first, 1, 10, "o", range(stream, 0, 5));
        List<Long> ids = List.of(stream.streamId());
        assertThat(apply(new CoreRecord.DeleteStreams(2, second, ids)))
                .isInstanceOf(ApplyResult.Refused.class);
        apply(close(1, first, stream.streamId(), 1));
        assertThat(apply(new CoreRecord.DeleteStreams(2, second, ids)))
                .isInstanceOf(ApplyResult.Applied.class);
        assertThat(apply(new CoreRecord.DeleteStreams(2, second, ids)))
                .isInstanceOf(ApplyResult.AlreadyApplied.class);
        assertThat(dereferenced()).containsExactly("o");
        assertThat(image.stream(name(0))).isEmpty();
        assertThat(open(2, second, 0).getFirst().streamId()).as("never reused").isEqualTo(2);
    }

    // ---- commits

    @Test
    void commitExtendsItsStreams() {
        long epoch = register(1, 10);
        List<ApplyResult.OpenedStream> streams = open(1, epoch, 0, 1);
        assertThat(
                        commit(
                                epoch,
                                1,
                                100,
                                "o",
                                range(streams.get(0), 0, 5),
                                range(streams.get(1), 0, 7)))
                .isEqualTo(new ApplyResult.Committed(List.of(true, true)));
        commit(epoch, 2, 200, "p", range(streams.get(0), 5, 1));
        assertThat(stream(1).endOffset()).isEqualTo(6);
        assertThat(stream(1).sizeInBytes()).isEqualTo(60);
        assertThat(node(1).walLsns().getFirst()).isEqualTo(200);
        assertThat(image.entries(1, 0, 10))
                .containsExactly(
                        new CoreImage.Extent(1, 0, 5, "o", 4096, 50, 1000, 3_000),
                        new CoreImage.Extent(1, 5, 6, "p", 4096, 10, 1005, 4_000));
        assertThat(image.entries(1, 5, 10))
                .extracting(CoreImage.Entry::objectKey)
                .containsExactly("p");
        assertThat(image.entries(1, 0, 1)).hasSize(1);
        assertThat(image.isReferenced("o")).isTrue();
    }

    @Test
    void repeatedCommitIsAlreadyAppliedAndAGapIsRefused() {
        long epoch = register(1, 10);
        ApplyResult.OpenedStream stream = open(1, epoch, 0).getFirst();
        commit(epoch, 1, 100, "o", range(stream, 0, 5));
        assertThat(commit(epoch, 1, 100, "o", range(stream, 0, 5)))
                .isInstanceOf(ApplyResult.AlreadyApplied.class);
        assertThat(commit(epoch, 3, 100, "q", range(stream, 5, 5)))
                .isInstanceOf(ApplyResult.Refused.class);
        assertThat(stream(1).endOffset()).isEqualTo(5);
    }

    @Test
    void staleRangesAreLeftOutAndTheRestStands() {
        long epoch = register(1, 10);
        List<ApplyResult.OpenedStream> streams = open(1, epoch, 0, 1, 2);
        apply(close(1, epoch, 2, 1));
        open(1, epoch, 1);
        assertThat(
                        commit(
                                epoch,
                                1,
                                100,
                                "o",
                                range(streams.get(0), 3, 5),
                                range(streams.get(1), 0, 5),
                                range(streams.get(2), 0, 5),
                                range(streams.get(2), 5, 2)))
                .isEqualTo(new ApplyResult.Committed(List.of(false, false, true, true)));
        assertThat(image.entries(3, 0, 10)).hasSize(2);
    }

    @Test
    void objectOfWhichNothingWasTakenIsDereferencedAtOnce() {
        long epoch = register(1, 10);
        ApplyResult.OpenedStream stream = open(1, epoch, 0).getFirst();
        assertThat(commit(epoch, 1, 100, "o", range(stream, 9, 5)))
                .isEqualTo(new ApplyResult.Committed(List.of(false)));
        assertThat(dereferenced()).containsExactly("o");
        assertThat(image.isReferenced("o")).isFalse();
    }

    @Test
    void coveredWalPositionNeverFalls() {
        long epoch = register(1, 10);
        commit(epoch, 1, 100, "o");
        assertThat(apply(new CoreRecord.CommitObjects(1, epoch, 0, 2, 7, List.of(40L), List.of())))
                .isEqualTo(new ApplyResult.Committed(List.of()));
        assertThat(node(1).walLsns().getFirst()).isEqualTo(100);
        assertThat(node(1).settledBelow()).isEqualTo(7);
        assertThat(node(1).lastCommitSeq()).isEqualTo(2);
    }

    @Test
    void recoveryCommitsOnBehalfOfTheDead() {
        long dead = register(1, 10);
        ApplyResult.OpenedStream stream = open(1, dead, 0).getFirst();
        commit(dead, 1, 100, "o", range(stream, 0, 5));
        long recoverer = register(1, 11);
        assertThat(commit(recoverer, dead, 2, 150, "r", range(stream, 5, 5)))
                .as("without a claim")
                .isInstanceOf(ApplyResult.Refused.class);
        assertThat(apply(new CoreRecord.CompleteRecovery(1, dead, recoverer, false)))
                .as("without a claim")
                .isInstanceOf(ApplyResult.Refused.class);
        claim(1, recoverer, 1, dead);
        assertThat(commit(recoverer, dead, 2, 150, "r", range(stream, 5, 5)))
                .isEqualTo(new ApplyResult.Committed(List.of(true)));
        assertThat(commit(recoverer, dead, 2, 150, "r", range(stream, 5, 5)))
                .isInstanceOf(ApplyResult.AlreadyApplied.class);
        assertThat(node(1).unrecovered())
                .containsExactly(
                        new ApplyResult.DeadEpoch(
                                1, dead, WalKind.FILE, List.of(WAL), List.of(150L), 2));
        apply(new CoreRecord.CompleteRecovery(1, dead, recoverer, false));
        assertThat(commit(recoverer, dead, 3, 200, "s", range(stream, 10, 5)))
                .isInstanceOf(ApplyResult.Refused.class);
        assertThat(stream(1).endOffset()).isEqualTo(10);
    }

    @Test
    void recoveredRecordsOfAStreamThatMovedOnAreStale() {
        long dead = register(1, 10);
        ApplyResult.OpenedStream moved = open(1, dead, 0).getFirst();
        apply(close(1, dead, moved.streamId(), 1));
        long other = register(2, 20);
        open(2, other, 0);
        long recoverer = register(1, 11);
        claim(1, recoverer, 1, dead);
        assertThat(commit(recoverer, dead, 1, 150, "r", range(moved, 0, 5)))
                .isEqualTo(new ApplyResult.Committed(List.of(false)));
    }

    @Test
    void secondRecovererDoesNotTakeTheFirstOnesCommitForItsOwn() {
        long dead = register(1, 10);
        ApplyResult.OpenedStream stream = open(1, dead, 0).getFirst();
        long first = register(2, 20);
        long second = register(3, 30);
        apply(new CoreRecord.FenceNode(1, dead));
        claim(2, first, 1, dead);
        commit(first, dead, 1, 150, "r", range(stream, 0, 3));
        assertThat(commit(second, dead, 1, 200, "s", range(stream, 0, 9)))
                .as("the first is alive")
                .isInstanceOf(ApplyResult.Refused.class);
        apply(new CoreRecord.FenceNode(2, first));
        claim(3, second, 1, dead);
        assertThat(commit(second, dead, 1, 200, "s", range(stream, 0, 9)))
                .as("it counts from what it saw before")
                .isInstanceOf(ApplyResult.Refused.class);
        assertThat(commit(second, dead, 2, 200, "s", range(stream, 3, 6)))
                .isEqualTo(new ApplyResult.Committed(List.of(true)));
    }

    @Test
    void claimIsItsHoldersWhileItLives() {
        long dead = register(1, 10);
        long first = register(2, 20);
        long second = register(3, 30);
        assertThat(claim(2, first, 1, dead)).as("alive").isInstanceOf(ApplyResult.Refused.class);
        apply(new CoreRecord.FenceNode(1, dead));
        var epoch = new ApplyResult.DeadEpoch(1, dead, WalKind.FILE, List.of(WAL), List.of(0L), 0);
        assertThat(image.unrecovered()).containsExactly(epoch);
        assertThat(claim(2, first, 1, dead)).isEqualTo(new ApplyResult.Claimed(epoch));
        assertThat(claim(2, first, 1, dead)).isEqualTo(new ApplyResult.Claimed(epoch));
        assertThat(claim(3, second, 1, dead)).isInstanceOf(ApplyResult.Refused.class);
        assertThat(apply(new CoreRecord.CompleteRecovery(1, dead, second, false)))
                .isInstanceOf(ApplyResult.Refused.class);
        apply(new CoreRecord.FenceNode(2, first));
        assertThat(claim(2, first, 1, dead)).isInstanceOf(ApplyResult.Fenced.class);
        assertThat(claim(3, second, 1, dead)).isEqualTo(new ApplyResult.Claimed(epoch));
        assertThat(apply(new CoreRecord.CompleteRecovery(1, dead, first, false)))
                .isInstanceOf(ApplyResult.Fenced.class);
        assertThat(apply(new CoreRecord.CompleteRecovery(1, dead, second, false)))
                .isInstanceOf(ApplyResult.Applied.class);
        assertThat(claim(3, second, 1, dead)).isInstanceOf(ApplyResult.AlreadyApplied.class);
        assertThat(image.unrecovered()).extracting("nodeEpoch").containsExactly(first);
    }

    @Test
    void claimThatIsGivenBackIsFreeForOthers() {
        long dead = register(1, 10);
        long first = register(2, 20);
        long second = register(3, 30);
        apply(new CoreRecord.FenceNode(1, dead));
        claim(2, first, 1, dead);
        assertThat(apply(new CoreRecord.ReleaseRecovery(3, second, 1, dead)))
                .as("of one who does not hold it")
                .isInstanceOf(ApplyResult.AlreadyApplied.class);
        assertThat(claim(3, second, 1, dead)).isInstanceOf(ApplyResult.Refused.class);
        assertThat(apply(new CoreRecord.ReleaseRecovery(2, first, 1, dead)))
                .isInstanceOf(ApplyResult.Applied.class);
        assertThat(claim(3, second, 1, dead)).isInstanceOf(ApplyResult.Claimed.class);
        assertThat(apply(new CoreRecord.CompleteRecovery(1, dead, first, false)))
                .isInstanceOf(ApplyResult.Refused.class);
    }

    @Test
    void laterEpochOfTheSameNodeTakesTheClaimOver() {
        long dead = register(1, 10);
        ApplyResult.OpenedStream stream = open(1, dead, 0).getFirst();
        apply(new CoreRecord.FenceNode(1, dead));
        long other = register(2, 20);
        claim(2, other, 1, dead);
        commit(other, dead, 1, 150, "r", range(stream, 0, 3));
        long own = register(1, 11);
        assertThat(claim(1, own, 1, dead))
                .isEqualTo(
                        new ApplyResult.Claimed(
                                new ApplyResult.DeadEpoch(
                                        1, dead, WalKind.FILE, List.of(WAL), List.of(150L), 1)));
        assertThat(commit(other, dead, 2, 200, "s", range(stream, 3, 3)))
                .isInstanceOf(ApplyResult.Refused.class);
        assertThat(apply(new CoreRecord.CompleteRecovery(1, dead, other, false)))
                .isInstanceOf(ApplyResult.Refused.class);
        assertThat(commit(own, dead, 2, 200, "t", range(stream, 3, 3)))
                .isEqualTo(new ApplyResult.Committed(List.of(true)));
    }

    @Test
    void objectIsCommittedOnce() {
        long epoch = register(1, 10);
        commit(epoch, 1, 0, "o");
        assertThat(commit(epoch, 2, 0, "o")).isInstanceOf(ApplyResult.Refused.class);
    }

    // ---- trim, objects, pointers

    @Test
    void trimDropsWhatLiesWhollyBelow() {
        long epoch = register(1, 10);
        ApplyResult.OpenedStream stream = open(1, epoch, 0).getFirst();
        int count = 3 * StreamExtents.EXTENTS_PER_CHUNK + 7;
        for (int i = 0; i < count; i++) {
            commit(epoch, i + 1, i, "o" + i, range(stream, i * 10L, 10));
        }
        int chunkAndMore = StreamExtents.EXTENTS_PER_CHUNK + 5;
        trim(epoch, chunkAndMore * 10L + 3);
        assertThat(stream(1).startOffset()).isEqualTo(chunkAndMore * 10L + 3);
        assertThat(image.dereferencedObjects(1000)).hasSize(chunkAndMore);
        List<CoreImage.Entry> left = image.entries(1, 0, 1000);
        assertThat(left).hasSize(count - chunkAndMore);
        assertThat(left.getFirst().startOffset()).isEqualTo(chunkAndMore * 10L);
        assertThat(left.getLast().objectKey()).isEqualTo("o" + (count - 1));
        assertThat(stream(1).sizeInBytes()).isEqualTo((count - chunkAndMore) * 100L);

        trim(epoch, count * 10L);
        assertThat(image.entries(1, 0, 10)).isEmpty();
        assertThat(image.dereferencedObjects(1000)).hasSize(count);
        commit(epoch, count + 1, 0, "next", range(stream, count * 10L, 1));
        assertThat(image.entries(1, 0, 10)).hasSize(1);
    }

    private ApplyResult trim(long epoch, long newStart) {
        return apply(
                new CoreRecord.TrimStreams(1, epoch, List.of(new CoreRecord.Trim(1, newStart))));
    }

    @Test
    void trimBeyondTheEndOrByAnotherIsRefused() {
        long epoch = register(1, 10);
        open(1, epoch, 0);
        long other = register(2, 20);
        assertThat(trim(epoch, 1)).isInstanceOf(ApplyResult.Refused.class);
        assertThat(trim(epoch, 0)).isInstanceOf(ApplyResult.AlreadyApplied.class);
        var byAnother = new CoreRecord.TrimStreams(2, other, List.of(new CoreRecord.Trim(1, 0)));
        assertThat(apply(byAnother)).isInstanceOf(ApplyResult.Refused.class);
    }

    @Test
    void referencedObjectIsNeverForgotten() {
        long epoch = register(1, 10);
        ApplyResult.OpenedStream stream = open(1, epoch, 0).getFirst();
        commit(epoch, 1, 0, "o", range(stream, 0, 5));
        commit(epoch, 2, 0, "empty");
        assertThat(apply(new CoreRecord.ObjectsDeleted(List.of("empty", "o"))))
                .isInstanceOf(ApplyResult.Refused.class);
        assertThat(dereferenced()).containsExactly("empty");
        assertThat(apply(new CoreRecord.ObjectsDeleted(List.of("empty", "never seen"))))
                .isInstanceOf(ApplyResult.Applied.class);
        assertThat(image.dereferencedObjects(10)).isEmpty();
    }

    @Test
    void pointersAreComparedAndSet() {
        assertThat(put("a/1", 1, "x")).isEqualTo(new ApplyResult.PointerConflict(0));
        assertThat(put("a/1", 0, "x")).isEqualTo(new ApplyResult.PointerSet(1));
        assertThat(put("a/1", 1, "y")).isEqualTo(new ApplyResult.PointerSet(2));
        assertThat(put("a/2", 0, "z")).isEqualTo(new ApplyResult.PointerSet(3));
        assertThat(put("b", 0, "z")).isEqualTo(new ApplyResult.PointerSet(4));
        assertThat(image.pointers("a/").keySet()).containsExactly("a/1", "a/2");
        assertThat(image.pointer("a/1").orElseThrow().value()).asString().isEqualTo("y");
        assertThat(apply(new CoreRecord.PutPointer("a/1", 2, null)))
                .isEqualTo(new ApplyResult.PointerSet(0));
        assertThat(image.pointer("a/1")).isEmpty();
        assertThat(put("a/1", 0, "x"))
                .as("none comes back")
                .isEqualTo(new ApplyResult.PointerSet(5));
    }

    private ApplyResult put(String key, long version, String value) {
        return apply(
                new CoreRecord.PutPointer(key, version, value.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void slotsOnlyGrow() {
        image.apply(5, 5_000, List.of());
        assertThatThrownBy(() -> image.apply(5, 5_000, List.of()))
                .isInstanceOf(IllegalStateException.class);
    }
}
