package io.oxbow.node.cli.table;

import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.Output;
import io.oxbow.node.cli.TopicTables;
import io.oxbow.tableflow.config.TableConfig;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** The setting {@code table.pause} of a topic. */
final class TablePauseSetting {

    private TablePauseSetting() {}

    static void set(ClientOptions client, String topic, boolean paused)
            throws InterruptedException {
        new TopicTables(client).of(topic);
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var change =
                new AlterConfigOp(
                        new ConfigEntry(TableConfig.PAUSE, String.valueOf(paused)),
                        AlterConfigOp.OpType.SET);
        try (var admin = client.admin()) {
            client.await(admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all());
        }
        Output.of(client)
                .fact(
                        "the table of %s %s".formatted(topic, paused ? "is paused" : "goes on"),
                        Map.of("topic", topic, "paused", paused));
    }
}
