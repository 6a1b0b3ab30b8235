package io.oxbow.node.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oxbow group describe} */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description =
                "Describe a consumer group: state, members, and per partition what is committed, the"
                        + " log's end, the lag and who reads it.")
final class GroupDescribe implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "GROUP", description = "The group's id.")
    String group = "";

    @Override
    public Integer call() throws Exception {
        try (var admin = client.admin()) {
            boolean there =
                    client.await(admin.listGroups().all()).stream()
                            .anyMatch(listing -> listing.groupId().equals(group));
            if (!there) {
                throw CommandFailure.unknown(
                        "there is no group %s ('oxbow group list' shows those there are)"
                                .formatted(group));
            }
            var described =
                    Objects.requireNonNull(
                            client.await(admin.describeConsumerGroups(List.of(group)).all())
                                    .get(group));
            print(described, GroupLag.of(client, admin, described));
        }
        return 0;
    }

    private void print(ConsumerGroupDescription described, List<GroupLag> partitions) {
        Output output = Output.of(client);
        String state = GroupList.word(described.groupState());
        if (client.json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("group", group);
            answer.put("type", GroupList.word(described.type()));
            answer.put("state", state);
            answer.put("assignor", described.partitionAssignor());
            answer.put("members", described.members().stream().map(GroupDescribe::asMap).toList());
            answer.put("partitions", partitions.stream().map(GroupLag::asMap).toList());
            output.json(answer);
            return;
        }
        output.line(
                "group %s, type %s, state %s, members %d, lag %,d"
                        .formatted(
                                group,
                                GroupList.word(described.type()),
                                state,
                                described.members().size(),
                                partitions.stream().mapToLong(GroupLag::known).sum()));
        if (!described.members().isEmpty()) {
            output.line("");
            output.table(
                    List.of("member", "client", "host", "partitions"),
                    described.members().stream()
                            .map(member ->
                                    List.of(
                                            member.consumerId(),
                                            member.clientId(),
                                            member.host(),
                                            member.assignment().topicPartitions().size()))
                            .toList());
        }
        output.line("");
        if (partitions.isEmpty()) {
            output.line("no partition is assigned or has a committed offset");
            return;
        }
        output.table(GroupLag.HEADINGS, partitions.stream().map(GroupLag::asRow).toList());
    }

    private static Map<String, Object> asMap(MemberDescription member) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("member", member.consumerId());
        map.put("client", member.clientId());
        map.put("host", member.host());
        map.put(
                "partitions",
                member.assignment().topicPartitions().stream()
                        .map(Object::toString)
                        .sorted()
                        .toList());
        return map;
    }
}
