package io.oxbow.s3stream.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tests which process may register as a node. */
class MembershipTest {

    private static final UUID SECRET = new UUID(7, 7);

    private final MetadataImage image = new MetadataImage();
    private long slot;

    private ApplyResult apply(CoreRecord record) {
        return image.apply(++slot, slot * 1_000, List.of(record)).getFirst();
    }

    private ApplyResult register(long incarnation, UUID secret, long start) {
        return apply(
                new CoreRecord.RegisterNode(
                        1,
                        new UUID(0, incarnation),
                        WalKind.OBJECT,
                        List.of(),
                        "h:1",
                        new Membership("h:2", secret, start)));
    }

    private ApplyResult registerAlone(long incarnation) {
        return apply(
                new CoreRecord.RegisterNode(
                        1, new UUID(0, incarnation), WalKind.OBJECT, List.of(), "h:1"));
    }

    private static long epoch(ApplyResult result) {
        return ((ApplyResult.Registered) result).nodeEpoch();
    }

    @Test
    void laterStartOnTheSameDirectoryFollowsALiveProcess() {
        long first = epoch(register(1, SECRET, 1));
        long second = epoch(register(2, SECRET, 2));

        assertThat(second).isGreaterThan(first);
        assertThat(image.unrecovered())
                .extracting(ApplyResult.DeadEpoch::nodeEpoch)
                .containsExactly(first);
    }

    @Test
    void registrationThatArrivesLateDoesNotUnseatItsSuccessor() {
        long second = epoch(register(2, SECRET, 2));

        assertThat(register(1, SECRET, 1)).isInstanceOf(ApplyResult.Fenced.class);
        assertThat(image.node(1).orElseThrow().nodeEpoch()).isEqualTo(second);
        assertThat(image.node(1).orElseThrow().fenced()).isFalse();
    }

    @Test
    void strangerIsRefusedUntilTheHolderIsFenced() {
        long first = epoch(register(1, SECRET, 1));

        for (UUID secret : List.of(Membership.NO_SECRET, new UUID(8, 8))) {
            assertThat(register(2, secret, 9))
                    .isEqualTo(
                            new ApplyResult.Refused(
                                    "node 1 is held by the process at h:1, at epoch " + first));
        }
        apply(new CoreRecord.FenceNode(1, first));
        assertThat(register(2, Membership.NO_SECRET, 1)).isInstanceOf(ApplyResult.Registered.class);
    }

    @Test
    void processesWithoutASecretAreStrangersToEachOther() {
        register(1, Membership.NO_SECRET, 1);

        assertThat(register(2, Membership.NO_SECRET, 2)).isInstanceOf(ApplyResult.Refused.class);
    }

    @Test
    void memberFollowsAProcessThatWasAlone() {
        long alone = epoch(registerAlone(1));

        assertThat(epoch(register(2, SECRET, 1))).isGreaterThan(alone);
        assertThat(image.unrecovered())
                .extracting(ApplyResult.DeadEpoch::nodeEpoch)
                .containsExactly(alone);
    }

    @Test
    void processThatIsAloneFollowsAMember() {
        long member = epoch(register(1, SECRET, 1));

        assertThat(epoch(registerAlone(2))).isGreaterThan(member);
    }

    @Test
    void repeatedRegistrationIsTheSameOne() {
        long first = epoch(register(1, SECRET, 1));

        assertThat(epoch(register(1, SECRET, 1))).isEqualTo(first);
    }

    @Test
    void membershipIsInASnapshot() {
        register(1, SECRET, 3);

        MetadataImage copy = MetadataImage.of(image.sections());

        assertThat(copy.nodes()).isEqualTo(image.nodes());
        assertThat(copy.node(1).orElseThrow().membership())
                .isEqualTo(new Membership("h:2", SECRET, 3));
    }

    private ApplyResult register(int nodeId, Membership membership) {
        return apply(
                new CoreRecord.RegisterNode(
                        nodeId,
                        new UUID(1, ++slot),
                        WalKind.OBJECT,
                        List.of(),
                        "h:" + nodeId,
                        membership));
    }

    private void endsAndIsRecovered(long epoch) {
        apply(new CoreRecord.FenceNode(1, epoch));
        apply(new CoreRecord.CompleteRecovery(1, epoch, epoch, false));
    }

    @Test
    void removedIdIsNotGivenAgain() {
        long first = epoch(register(1, SECRET, 1));
        endsAndIsRecovered(first);

        assertThat(apply(new CoreRecord.RemoveNode(1))).isInstanceOf(ApplyResult.Applied.class);
        assertThat(apply(new CoreRecord.RemoveNode(1)))
                .isInstanceOf(ApplyResult.AlreadyApplied.class);
        assertThat(image.nodes()).isEmpty();
        assertThat(register(2, SECRET, 2)).isInstanceOf(ApplyResult.Refused.class);
        assertThat(register(1, SECRET, 1)).isInstanceOf(ApplyResult.Refused.class);
        assertThat(image.lastNodeId()).isEqualTo(1);
        MetadataImage copy = MetadataImage.of(image.sections());
        assertThat(copy.isRemoved(1)).isTrue();
        assertThat(copy.sections().coreHash()).isEqualTo(image.sections().coreHash());
    }

    @Test
    void nodeThatLivesOrIsNotRecoveredIsNotRemoved() {
        long first = epoch(register(1, SECRET, 1));

        assertThat(apply(new CoreRecord.RemoveNode(1))).isInstanceOf(ApplyResult.Refused.class);
        apply(new CoreRecord.FenceNode(1, first));
        assertThat(apply(new CoreRecord.RemoveNode(1))).isInstanceOf(ApplyResult.Refused.class);
        assertThat(apply(new CoreRecord.RemoveNode(2))).isInstanceOf(ApplyResult.Refused.class);
        assertThat(image.node(1)).isPresent();
    }

    @Test
    void addressOfALiveNodeIsRefusedToAnother() {
        var one = new Membership("h:2", SECRET, 1, List.of("k:1", "k:2"));
        long first = epoch(register(1, one));
        var sameClients = new Membership("h:3", new UUID(8, 8), 1, List.of("k:2"));
        var sameRpc = new Membership("h:2", new UUID(8, 8), 1, List.of("k:3"));

        assertThat(register(2, sameClients))
                .isInstanceOfSatisfying(
                        ApplyResult.Refused.class,
                        refused ->
                                assertThat(refused.why()).contains("node 1 has the address k:2"));
        assertThat(register(2, sameRpc)).isInstanceOf(ApplyResult.Refused.class);
        assertThat(register(1, new Membership("h:2", SECRET, 2, List.of("k:1"))))
                .isInstanceOf(ApplyResult.Registered.class);
        apply(new CoreRecord.FenceNode(1, first + 1));
        assertThat(register(2, sameClients)).isInstanceOf(ApplyResult.Registered.class);
    }

    /** Logs and answers show records. */
    @Test
    void membershipDoesNotShowItsSecret() {
        assertThat(new Membership("h:2", SECRET, 3).toString())
                .contains("h:2")
                .doesNotContain(SECRET.toString());
    }
}
