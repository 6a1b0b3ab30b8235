package io.oxbow.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.catalog.TableIdentifier;

/** The tables of topics, as a node tells about them, and messages for those that are not there. */
public final class TopicTables {

    private final ClientOptions client;

    public TopicTables(ClientOptions client) {
        this.client = client;
    }

    /** Returns the status of a topic's table; fails when there is no such topic, or it has none. */
    public JsonNode of(String topic) throws InterruptedException {
        for (JsonNode table : client.node().tables()) {
            if (table.path("topic").asText().equals(topic)) {
                return table;
            }
        }
        try (var admin = client.admin()) {
            client.await(admin.describeTopics(List.of(topic)).allTopicNames(), topic);
        }
        throw CommandFailure.unknown(
                "topic %s has no table; 'oxbow topic alter %s --config table.enable=true' gives it one"
                        .formatted(topic, topic));
    }

    /**
     * Returns the tables without a commit that a query may mean.
     *
     * @param missing the name that the query did not find: a table's, or a namespace's
     */
    List<JsonNode> uncommitted(String query, String missing) throws InterruptedException {
        String text = query.toLowerCase(Locale.ROOT);
        return client.node().tables().stream()
                .filter(TopicTables::isUncommitted)
                .filter(table -> {
                    TableIdentifier identifier = TableCatalog.identifier(table);
                    return text.contains(identifier.name().toLowerCase(Locale.ROOT))
                            && names(identifier, missing);
                })
                .toList();
    }

    private static boolean names(TableIdentifier table, String missing) {
        return table.name().equalsIgnoreCase(missing)
                || List.of(table.namespace().levels()).stream().anyMatch(missing::equalsIgnoreCase);
    }

    public static boolean isUncommitted(JsonNode status) {
        return !status.path("table").isNull() && status.path("nextOffsets").isEmpty();
    }

    /** Returns true when waiting will not bring the first commit. */
    static boolean isStuck(JsonNode status) {
        String state = status.path("state").asText();
        return state.equals("paused") || state.equals("failing");
    }

    /** Returns the failure of a table that is not committed yet, with the reason. */
    public static CommandFailure notCommitted(JsonNode status) {
        String topic = status.path("topic").asText();
        String why =
                switch (status.path("state").asText()) {
                    case "paused" ->
                            "it is paused; 'oxbow table resume %s' lets it go on".formatted(topic);
                    case "failing" -> "it fails: " + status.path("lastError").asText();
                    default ->
                            "it appears a few seconds after the first records were produced"
                                    + " ('oxbow topic describe %s' shows if there are any)"
                                            .formatted(topic);
                };
        return CommandFailure.notYet(
                "topic %s exists, and its table %s is not committed yet: %s"
                        .formatted(topic, TableCatalog.identifier(status), why));
    }
}
