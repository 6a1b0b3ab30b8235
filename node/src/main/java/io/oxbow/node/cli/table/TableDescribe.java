package io.oxbow.node.cli.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.Output;
import io.oxbow.node.cli.TableCatalog;
import io.oxbow.node.cli.TopicTables;
import io.oxbow.tableflow.translate.QuarantineTable;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.iceberg.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oxbow table describe} */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description = "Describe a topic's table: progress, columns, partitioning, totals.")
final class TableDescribe implements Callable<Integer> {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Mixin ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
    String topic = "";

    @Override
    public Integer call() throws Exception {
        JsonNode status = new TopicTables(client).of(topic);
        var output = Output.of(client);
        try (var catalog = TableCatalog.open(client.node(), Map.of())) {
            Optional<TableFacts> facts =
                    status.path("table").isNull()
                            ? Optional.empty()
                            : catalog.find(status).map(table -> facts(catalog, status, table));
            if (client.json) {
                ObjectNode answer = status.deepCopy();
                answer.put("requestsPerDay", RequestsPerDay.of(status));
                facts.ifPresent(
                        found -> answer.setAll((ObjectNode) MAPPER.valueToTree(found.asMap())));
                output.json(answer);
                return 0;
            }
            describe(status, output);
            facts.ifPresentOrElse(
                    found -> found.print(output),
                    () -> output.line("%-17s not committed yet".formatted("rows")));
        }
        return 0;
    }

    private static TableFacts facts(TableCatalog catalog, JsonNode status, Table table) {
        return new TableFacts(
                table,
                catalog.find(QuarantineTable.identifier(TableCatalog.identifier(status)))
                        .orElse(null));
    }

    private static void describe(JsonNode status, Output output) {
        print(output, "topic", status.path("topic").asText());
        if (!status.path("table").isNull()) {
            print(output, "table", TableCatalog.identifier(status).toString());
        }
        print(output, "state", status.path("state").asText());
        if (!status.path("lastError").isNull()) {
            print(output, "last error", status.path("lastError").asText());
        }
        long lag = status.path("lag").asLong();
        print(
                output,
                "behind",
                lag == 0
                        ? "by no record that is in the bucket"
                        : "by %,d records, the oldest of %s"
                                .formatted(lag, age(status.path("freshnessMillis").asLong())));
        print(output, "commits", RequestsPerDay.text(status));
        print(output, "next offsets", status.path("nextOffsets").toString());
        long trimmed = status.path("trimmed").asLong();
        if (trimmed > 0) {
            print(output, "trimmed", "%,d records left the log untranslated".formatted(trimmed));
        }
    }

    private static void print(Output output, String name, String value) {
        output.line("%-17s %s".formatted(name, value));
    }

    private static String age(long millis) {
        return millis == 0
                ? "unknown age"
                : Duration.ofSeconds(millis / 1000)
                                .toString()
                                .substring(2)
                                .toLowerCase(java.util.Locale.ROOT)
                        + " ago";
    }
}
