package io.oxbow.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.sql.JsonPrinter;
import io.oxbow.sql.QueryException;
import io.oxbow.sql.ResultTable;
import io.oxbow.sql.SqlEngine;
import io.oxbow.sql.TablePrinter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oxbow sql} */
@Command(
        name = "sql",
        mixinStandardHelpOptions = true,
        description =
                "Query tables with SQL, through the node's catalog. With --json, an object per row"
                        + " and line.",
        footer = {
            "",
            "A topic without a dot is a table in the namespace \"default\" (a keyword: quote it):",
            "  oxbow sql 'SELECT COUNT(*) FROM \"default\".events'"
        })
public final class SqlCommand implements Callable<Integer> {

    private static final Duration AGAIN = Duration.ofMillis(300);

    @Mixin ClientOptions client = new ClientOptions();

    @Option(
            names = "--catalog",
            paramLabel = "KEY=VALUE",
            description =
                    "A property of Iceberg's REST catalog client, such as s3.access-key-id; may be"
                            + " repeated.")
    Map<String, String> catalog = new TreeMap<>();

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description =
                    "Longest wait for the first commit of a topic's table that the query names"
                            + " (default: ${DEFAULT-VALUE}).")
    int waitSeconds;

    @Parameters(paramLabel = "SQL", description = "The query.")
    String query = "";

    @Override
    public Integer call() throws Exception {
        String uri = client.node().requireCatalog().catalogUri();
        try (var engine = SqlEngine.open(uri, catalog);
                ResultTable result = result(engine)) {
            var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
            if (client.json) {
                new JsonPrinter(out).print(result);
            } else {
                new TablePrinter(out).print(result);
            }
        }
        return 0;
    }

    /** Runs the query; waits while it names a topic's table that has no commit yet. */
    private ResultTable result(SqlEngine engine) throws InterruptedException {
        long begin = System.nanoTime();
        boolean told = false;
        while (true) {
            JsonNode table;
            try {
                ResultTable result = engine.query(query);
                Optional<JsonNode> born = uncommitted(result);
                if (born.isEmpty()) {
                    if (told) {
                        System.err.printf("oxbow: there after %.1f s%n", secondsSince(begin));
                    }
                    return result;
                }
                result.close();
                table = born.get();
            } catch (QueryException e) {
                table = uncommitted(e);
            }
            if (TopicTables.isStuck(table) || secondsSince(begin) >= waitSeconds) {
                throw TopicTables.notCommitted(table);
            }
            if (!told) {
                System.err.printf(
                        "oxbow: topic %s exists, and its table is not committed yet; waiting"
                                + " (--wait %d) ...%n",
                        table.path("topic").asText(), waitSeconds);
                told = true;
            }
            Thread.sleep(AGAIN);
        }
    }

    /** Returns a topic's table that was made and had no commit when the query was planned. */
    private Optional<JsonNode> uncommitted(ResultTable result) throws InterruptedException {
        List<String> empty = result.withoutSnapshot();
        if (empty.isEmpty()) {
            return Optional.empty();
        }
        return client.node().tables().stream()
                .filter(table -> empty.contains(table.path("table").asText()))
                .findFirst();
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    /**
     * Returns the table whose absence explains the failure; throws the failure if there is none.
     */
    private JsonNode uncommitted(QueryException failure) throws InterruptedException {
        String missing = failure.missing().orElseThrow(() -> failure);
        List<JsonNode> tables = new TopicTables(client).uncommitted(query, missing);
        if (tables.isEmpty()) {
            throw failure;
        }
        return tables.getFirst();
    }
}
