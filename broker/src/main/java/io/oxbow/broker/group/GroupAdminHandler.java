package io.oxbow.broker.group;

import io.oxbow.broker.admin.Operations;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ConsumerGroupDescribeRequest;
import org.apache.kafka.common.requests.ConsumerGroupDescribeResponse;
import org.apache.kafka.common.requests.DeleteGroupsRequest;
import org.apache.kafka.common.requests.DeleteGroupsResponse;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.DescribeGroupsResponse;
import org.apache.kafka.common.requests.ListGroupsRequest;
import org.apache.kafka.common.requests.ListGroupsResponse;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/** Serves ListGroups, DescribeGroups, ConsumerGroupDescribe and DeleteGroups. */
public final class GroupAdminHandler implements ApiHandler {

    private final GroupCoordinator coordinator;

    public GroupAdminHandler(Groups groups) {
        this.coordinator = groups.coordinator();
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(
                ApiKeys.LIST_GROUPS, Versions.all(ApiKeys.LIST_GROUPS),
                ApiKeys.DESCRIBE_GROUPS, Versions.all(ApiKeys.DESCRIBE_GROUPS),
                ApiKeys.CONSUMER_GROUP_DESCRIBE, Versions.all(ApiKeys.CONSUMER_GROUP_DESCRIBE),
                ApiKeys.DELETE_GROUPS, Versions.all(ApiKeys.DELETE_GROUPS));
    }

    @Override
    public void handle(Call call) {
        var context = call.context();
        switch (call.request()) {
            case ListGroupsRequest list ->
                    Answers.whenDone(
                            call,
                            coordinator.listGroups(context, list.data()),
                            ListGroupsResponse::new);
            case DescribeGroupsRequest describe ->
                    Answers.whenDone(
                            call,
                            coordinator.describeGroups(context, describe.data().groups()),
                            groups ->
                                    classic(groups, describe.data().includeAuthorizedOperations()));
            case ConsumerGroupDescribeRequest describe ->
                    Answers.whenDone(
                            call,
                            coordinator.consumerGroupDescribe(context, describe.data().groupIds()),
                            groups ->
                                    modern(groups, describe.data().includeAuthorizedOperations()));
            case DeleteGroupsRequest delete ->
                    Answers.whenDone(
                            call,
                            coordinator.deleteGroups(
                                    context,
                                    delete.data().groupsNames(),
                                    BufferSupplier.NO_CACHING),
                            results ->
                                    new DeleteGroupsResponse(
                                            new DeleteGroupsResponseData().setResults(results)));
            default -> throw new IllegalArgumentException("not served here: " + call.request());
        }
    }

    private static DescribeGroupsResponse classic(
            List<DescribeGroupsResponseData.DescribedGroup> groups, boolean operations) {
        if (operations) {
            groups.forEach(
                    group -> group.setAuthorizedOperations(Operations.on(ResourceType.GROUP)));
        }
        return new DescribeGroupsResponse(new DescribeGroupsResponseData().setGroups(groups));
    }

    private static ConsumerGroupDescribeResponse modern(
            List<ConsumerGroupDescribeResponseData.DescribedGroup> groups, boolean operations) {
        if (operations) {
            groups.forEach(
                    group -> group.setAuthorizedOperations(Operations.on(ResourceType.GROUP)));
        }
        return new ConsumerGroupDescribeResponse(
                new ConsumerGroupDescribeResponseData().setGroups(groups));
    }
}
