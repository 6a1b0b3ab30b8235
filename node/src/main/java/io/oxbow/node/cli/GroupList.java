package io.oxbow.node.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.GroupListing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code oxbow group list} */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description =
                "List groups. A group oxbow-table-TOPIC has no members: its offsets show how far"
                        + " the topic's table is.")
final class GroupList implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Override
    public Integer call() throws Exception {
        try (var admin = client.admin()) {
            var groups = new ArrayList<>(client.await(admin.listGroups().all()));
            groups.sort(Comparator.comparing(GroupListing::groupId));
            List<List<Object>> rows = new ArrayList<>();
            for (GroupListing group : groups) {
                rows.add(
                        List.of(
                                group.groupId(),
                                group.type().map(GroupList::word).orElse("unknown"),
                                group.groupState().map(GroupList::word).orElse("unknown")));
            }
            Output.of(client).table(List.of("group", "type", "state"), rows);
        }
        return 0;
    }

    static String word(Object value) {
        return value.toString().toLowerCase(Locale.ROOT);
    }
}
