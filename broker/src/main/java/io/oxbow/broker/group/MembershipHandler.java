package io.oxbow.broker.group;

import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.HeartbeatResponse;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.LeaveGroupResponse;
import org.apache.kafka.common.requests.SyncGroupRequest;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/**
 * Serves group membership: JoinGroup, SyncGroup, Heartbeat, LeaveGroup, and ConsumerGroupHeartbeat,
 * which does all of it since KIP-848.
 */
public final class MembershipHandler implements ApiHandler {

    private final GroupCoordinator coordinator;
    private final Members members;

    public MembershipHandler(Groups groups) {
        this.coordinator = groups.coordinator();
        this.members = new Members(coordinator, groups.members());
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(
                ApiKeys.JOIN_GROUP,
                Versions.all(ApiKeys.JOIN_GROUP),
                ApiKeys.SYNC_GROUP,
                Versions.all(ApiKeys.SYNC_GROUP),
                ApiKeys.HEARTBEAT,
                Versions.all(ApiKeys.HEARTBEAT),
                ApiKeys.LEAVE_GROUP,
                Versions.all(ApiKeys.LEAVE_GROUP),
                ApiKeys.CONSUMER_GROUP_HEARTBEAT,
                Versions.all(ApiKeys.CONSUMER_GROUP_HEARTBEAT));
    }

    @Override
    public void handle(Call call) {
        var context = call.context();
        switch (call.request()) {
            case JoinGroupRequest join -> members.join(call, join);
            case SyncGroupRequest sync -> members.sync(call, sync);
            case HeartbeatRequest beat -> {
                members.seen(beat.data().groupId(), beat.data().memberId());
                Answers.whenDone(
                        call, coordinator.heartbeat(context, beat.data()), HeartbeatResponse::new);
            }
            case LeaveGroupRequest leave -> {
                Answers.whenDone(
                        call,
                        coordinator.leaveGroup(context, leave.normalizedData()),
                        data -> {
                            members.left(leave.normalizedData());
                            return new LeaveGroupResponse(data, leave.version());
                        });
            }
            case ConsumerGroupHeartbeatRequest beat -> members.heartbeat(call, beat);
            default -> throw new IllegalArgumentException("not served here: " + call.request());
        }
    }
}
