package io.oxbow.broker.group;

import io.oxbow.broker.group.MemberMemory.Held;
import io.oxbow.broker.group.MemberMemory.Joining;
import io.oxbow.broker.group.MemberMemory.Member;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.Call;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatResponse;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.requests.SyncGroupRequest;
import org.apache.kafka.common.requests.SyncGroupResponse;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Admits members to groups as far as there is memory for what they say of themselves. */
final class Members {

    private static final Logger LOG = LoggerFactory.getLogger(Members.class);

    /** Longest that what members of the new protocol say is kept after their last heartbeat. */
    private static final Duration HEARTBEAT_PATIENCE = Duration.ofMinutes(2);

    /** Epochs below are those of members that leave. */
    private static final int JOINING_EPOCH = 0;

    private final GroupCoordinator coordinator;
    private final MemberMemory memory;

    Members(GroupCoordinator coordinator, MemberMemory memory) {
        this.coordinator = coordinator;
        this.memory = memory;
    }

    /** Serves a request to join a classic group; it may wait for other members for long. */
    void join(Call call, JoinGroupRequest request) {
        JoinGroupRequestData data = request.data();
        if (!isReadable(data)) {
            call.fail(Errors.INCONSISTENT_GROUP_PROTOCOL.exception());
            return;
        }
        long bytes = 0;
        for (JoinGroupRequestProtocol protocol : data.protocols()) {
            bytes += protocol.metadata().length;
        }
        long patience = Math.max(data.sessionTimeoutMs(), data.rebalanceTimeoutMs());
        admit(
                call,
                new Joining(
                        new Member(data.groupId(), data.memberId()),
                        bytes,
                        Duration.ofMillis(Math.max(0, patience)),
                        call::isConnected),
                () -> coordinator.joinGroup(call.context(), data, BufferSupplier.NO_CACHING),
                joined -> joined.errorCode() == Errors.NONE.code() ? joined.memberId() : "",
                joined -> new JoinGroupResponse(joined, request.version()));
    }

    /**
     * Returns false for a consumer's subscription that cannot be read: Kafka's coordinator would
     * fail at it when the group is complete, and never answer.
     */
    private static boolean isReadable(JoinGroupRequestData data) {
        if (!data.protocolType().equals(ConsumerProtocol.PROTOCOL_TYPE)) {
            return true;
        }
        try {
            for (JoinGroupRequestProtocol protocol : data.protocols()) {
                ConsumerProtocol.deserializeConsumerProtocolSubscription(
                        ByteBuffer.wrap(protocol.metadata()));
            }
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Serves the request by which members wait for, and their leader hands in, assignments. */
    void sync(Call call, SyncGroupRequest request) {
        SyncGroupRequestData data = request.data();
        var member = new Member(data.groupId(), data.memberId());
        long bytes = 0;
        for (SyncGroupRequestData.SyncGroupRequestAssignment one : data.assignments()) {
            bytes += one.assignment().length;
        }
        if (!memory.tryAssign(member, bytes)) {
            call.fail(Errors.COORDINATOR_NOT_AVAILABLE.exception());
            return;
        }
        memory.seen(member);
        Answers.whenDone(
                call,
                coordinator.syncGroup(call.context(), data, BufferSupplier.NO_CACHING),
                SyncGroupResponse::new);
    }

    /** Serves the heartbeat of the new protocol, which joins and leaves, too. */
    void heartbeat(Call call, ConsumerGroupHeartbeatRequest request) {
        ConsumerGroupHeartbeatRequestData data = request.data();
        var member = new Member(data.groupId(), data.memberId());
        if (data.memberEpoch() != JOINING_EPOCH && data.subscribedTopicNames() == null) {
            memory.seen(member);
            Answers.whenDone(
                    call,
                    coordinator.consumerGroupHeartbeat(call.context(), data),
                    beat -> {
                        if (data.memberEpoch() < JOINING_EPOCH) {
                            memory.left(member);
                        }
                        return new ConsumerGroupHeartbeatResponse(beat);
                    });
            return;
        }
        long bytes =
                data.subscribedTopicNames() == null
                        ? 0
                        : data.subscribedTopicNames().stream().mapToLong(String::length).sum();
        admit(
                call,
                new Joining(member, bytes, HEARTBEAT_PATIENCE, () -> false),
                () -> coordinator.consumerGroupHeartbeat(call.context(), data),
                Members::admitted,
                ConsumerGroupHeartbeatResponse::new);
    }

    private static String admitted(ConsumerGroupHeartbeatResponseData beat) {
        return beat.errorCode() == Errors.NONE.code() && beat.memberId() != null
                ? beat.memberId()
                : "";
    }

    /**
     * @param id the member's id by the answer, empty if it was not let in
     */
    private <T> void admit(
            Call call,
            Joining joining,
            Supplier<CompletableFuture<T>> coordinated,
            Function<T, String> id,
            Function<T, AbstractResponse> response) {
        expel(call);
        Held held = memory.tryHold(joining);
        if (held == null) {
            // Its clients look for the coordinator again, and find it here.
            call.fail(Errors.COORDINATOR_NOT_AVAILABLE.exception());
            return;
        }
        call.releaseRequest();
        CompletableFuture<T> counted;
        try {
            counted = coordinated.get().whenComplete((answer, failure) -> count(held, answer, id));
        } catch (Throwable e) {
            memory.answered(held, null);
            throw e;
        }
        Answers.whenDone(call, counted, response);
    }

    /** Ends what was held for a join; a member that was let in counts from here on. */
    private <T> void count(Held held, @Nullable T answer, Function<T, String> id) {
        String member = "";
        try {
            member = answer == null ? "" : id.apply(answer);
        } finally {
            memory.answered(held, member.isEmpty() ? null : member);
        }
    }

    private void expel(Call call) {
        for (Member overdue : memory.overdue()) {
            LOG.debug("{} is expelled from {}", overdue.id(), overdue.group());
            var leave =
                    new LeaveGroupRequestData()
                            .setGroupId(overdue.group())
                            .setMembers(List.of(new MemberIdentity().setMemberId(overdue.id())));
            var unused = coordinator.leaveGroup(call.context(), leave);
        }
    }

    void seen(String group, String member) {
        memory.seen(new Member(group, member));
    }

    /** Releases what was held for members that left. */
    void left(LeaveGroupRequestData leave) {
        for (MemberIdentity member : leave.members()) {
            memory.left(new Member(leave.groupId(), member.memberId()));
        }
    }
}
