package io.oxbow.node.cli.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code oxbow table list} */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the topics that have a table, and how far it is.")
final class TableList implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Override
    public Integer call() throws Exception {
        List<List<Object>> rows = new ArrayList<>();
        for (JsonNode table : client.node().tables()) {
            rows.add(
                    List.of(
                            table.path("topic").asText(),
                            table.path("namespace").asText() + "." + table.path("table").asText(),
                            table.path("state").asText(),
                            table.path("lag").asLong(),
                            table.path("freshnessMillis").asLong()));
        }
        Output.of(client).table(List.of("topic", "table", "state", "lag", "freshnessMillis"), rows);
        return 0;
    }
}
