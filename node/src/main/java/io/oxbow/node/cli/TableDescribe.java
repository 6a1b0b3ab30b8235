package io.oxbow.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.iceberg.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oxbow table describe} */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description = "Describe a topic's table: progress, columns, partitioning, snapshots.")
final class TableDescribe implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
    String topic = "";

    @Override
    public Integer call() throws Exception {
        var node = new NodeHttp(client.http);
        JsonNode status = node.tableOf(topic);
        var output = Output.of(client);
        if (client.json) {
            output.json(status);
            return 0;
        }
        status.fields()
                .forEachRemaining(field ->
                        output.line(
                                "%-17s %s"
                                        .formatted(
                                                field.getKey(),
                                                field.getValue().isValueNode()
                                                        ? field.getValue().asText()
                                                        : field.getValue())));
        try (var catalog = TableCatalog.open(node, Map.of())) {
            catalog.find(status).ifPresent(table -> describe(table, output));
        }
        return 0;
    }

    private static void describe(Table table, Output output) {
        output.line("location          " + table.location());
        output.line("partitioned by    " + table.spec().fields());
        output.line("snapshots         " + table.history().size());
        output.line("columns");
        table.schema().columns().forEach(column -> output.line("  " + column));
    }
}
