package io.oxbow.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.memory.MemoryPartitions;
import io.oxbow.broker.network.Call;
import io.oxbow.s3stream.memory.FairShare;
import io.oxbow.s3stream.memory.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that what groups hold is counted, and given back. */
@Timeout(60)
class GroupMemoryTest {

    private final GroupFixture broker = new GroupFixture(new MemoryPartitions()).elect(1);
    private final MembershipHandler handler = new MembershipHandler(broker.groups);

    @BeforeEach
    void load() {
        assertThat(broker.commitWhenLoaded("other", 0, 1)).isEqualTo(Errors.NONE);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private static byte[] subscription(byte[] userData) {
        ByteBuffer bytes =
                ConsumerProtocol.serializeSubscription(
                        new Subscription(List.of("orders"), ByteBuffer.wrap(userData)));
        byte[] metadata = new byte[bytes.remaining()];
        bytes.get(metadata);
        return metadata;
    }

    private RecordedCall join(String group, byte[] metadata) {
        return join(group, "", metadata);
    }

    private RecordedCall join(String group, String member, byte[] metadata) {
        var data =
                new JoinGroupRequestData()
                        .setGroupId(group)
                        .setMemberId(member)
                        .setProtocolType("consumer")
                        .setSessionTimeoutMs(30_000)
                        .setRebalanceTimeoutMs(30_000);
        data.protocols()
                .add(
                        new JoinGroupRequestData.JoinGroupRequestProtocol()
                                .setName("range")
                                .setMetadata(metadata));
        var call =
                new RecordedCall(
                        new JoinGroupRequest(data, ApiKeys.JOIN_GROUP.latestVersion()),
                        ApiKeys.JOIN_GROUP);
        handler.handle(call);
        return call;
    }

    /** Kafka's coordinator never answers it: it fails at it on a timer's thread. */
    @Test
    void subscriptionThatCannotBeReadIsRefused() {
        byte[] garbage = new byte[100_000];
        java.util.Arrays.fill(garbage, (byte) 'x');
        RecordedCall call = join("g", garbage);
        assertThat(call.error()).isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
        assertThat(broker.memory.usedBytes()).isZero();
    }

    @Test
    void memberIsCountedUntilItLeaves() {
        byte[] metadata = subscription(new byte[10_000]);
        var named = (JoinGroupResponse) join("g", metadata).answer();
        assertThat(named.error()).isEqualTo(Errors.MEMBER_ID_REQUIRED);
        assertThat(broker.memory.usedBytes()).isZero();
        RecordedCall call = join("g", named.data().memberId(), metadata);
        var joined = (JoinGroupResponse) call.answer();
        assertThat(joined.error()).isEqualTo(Errors.NONE);
        assertThat(call.requestReleased).isTrue();
        assertThat(broker.memory.usedBytes()).isBetween(10_000L, 20_000L);
        var leave =
                new LeaveGroupRequest.Builder(
                        "g",
                        List.of(
                                new LeaveGroupRequestData.MemberIdentity()
                                        .setMemberId(joined.data().memberId())));
        var left = new RecordedCall(leave.build(), ApiKeys.LEAVE_GROUP);
        handler.handle(left);
        assertThat(left.error()).isEqualTo(Errors.NONE);
        assertThat(broker.memory.usedBytes()).isZero();
    }

    @Test
    void withoutRoomMembersAreToldToLookAgain() {
        broker.memory.reserveBeyond((1 << 20) - 5_000);
        RecordedCall call = join("g", subscription(new byte[10_000]));
        assertThat(call.error()).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
    }

    @Test
    void longNotesOnOffsetsAreCountedAlsoAfterTheyWereLoaded() {
        String note = "n".repeat(4_000);
        assertThat(broker.commitWhenLoaded("g", 0, 1, note)).isEqualTo(Errors.NONE);
        assertThat(broker.commitWhenLoaded("g", 0, 2, note)).isEqualTo(Errors.NONE);
        assertThat(broker.commitWhenLoaded("g", 1, 2, "short")).isEqualTo(Errors.NONE);
        assertThat(broker.memory.usedBytes()).isBetween(4_000L, 5_000L);
        broker.resign(1);
        assertThat(broker.memory.usedBytes()).isZero();
        broker.elect(2);
        assertThat(broker.committed("g", 0)).isEqualTo(2);
        assertThat(broker.memory.usedBytes()).isBetween(4_000L, 5_000L);
        assertThat(broker.commitWhenLoaded("g", 0, 3)).isEqualTo(Errors.NONE);
        assertThat(broker.memory.usedBytes()).isZero();
    }

    @Test
    void notesTakeHalfOfTheMemoryAtMost() {
        NoteMemory notes = broker.groups.notes();
        for (int i = 0; notes.hasRoomFor("n".repeat(4_000)); i++) {
            assertThat(broker.commitWhenLoaded("g" + i, 0, 1, "n".repeat(4_000)))
                    .isEqualTo(Errors.NONE);
        }
        assertThat(broker.memory.usedBytes()).isBetween(500_000L, 1L << 19);
        assertThat(notes.hasRoomFor("a short one")).isTrue();
    }

    private static final class RecordedCall implements Call {

        private final AbstractRequest request;
        private final RequestContext context;
        private final CompletableFuture<AbstractResponse> answer = new CompletableFuture<>();
        private boolean requestReleased;

        RecordedCall(AbstractRequest request, ApiKeys api) {
            this.request = request;
            this.context = GroupFixture.context(api, "client");
        }

        AbstractResponse answer() {
            return GroupFixture.get(answer);
        }

        Errors error() {
            return answer().errorCounts().keySet().iterator().next();
        }

        @Override
        public RequestContext context() {
            return context;
        }

        @Override
        public AbstractRequest request() {
            return request;
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public void releaseRequest() {
            requestReleased = true;
        }

        @Override
        public int requestBytes() {
            return 0;
        }

        @Override
        public boolean tryWait(long bytes, Runnable giveWay) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FairShare replyMemory() {
            return MemoryBudget.unbounded().fairShare();
        }

        @Override
        public void respond(@Nullable AbstractResponse response, Runnable afterWrite) {
            answer.complete(response);
            afterWrite.run();
        }

        @Override
        public void fail(Throwable error) {
            answer.complete(request.getErrorResponse(0, error));
        }

        @Override
        public void hangUp() {
            answer.completeExceptionally(new AssertionError("hung up"));
        }

        @Override
        public void run(Runnable part) {
            part.run();
        }

        @Override
        public void runInOrder(Runnable task) {
            task.run();
        }

        @Override
        public void runBeside(Runnable task) {
            task.run();
        }

        @Override
        public void runInOrder(BooleanSupplier atOnce, Runnable rest) {
            throw new UnsupportedOperationException();
        }
    }
}
