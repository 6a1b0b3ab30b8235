package io.oxbow.node.cli;

import io.oxbow.sql.JsonPrinter;
import io.oxbow.sql.ResultTable;
import io.oxbow.sql.SqlEngine;
import io.oxbow.sql.TablePrinter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
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

    @Mixin ClientOptions client = new ClientOptions();

    @Option(
            names = "--catalog",
            paramLabel = "KEY=VALUE",
            description =
                    "A property of Iceberg's REST catalog client, such as s3.access-key-id; may be"
                            + " repeated.")
    Map<String, String> catalog = new TreeMap<>();

    @Parameters(paramLabel = "SQL", description = "The query.")
    String query = "";

    @Override
    public Integer call() throws Exception {
        try (var engine = SqlEngine.open(new NodeHttp(client.http).catalogUri(), catalog);
                ResultTable result = engine.query(query)) {
            var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
            if (client.json) {
                new JsonPrinter(out).print(result);
            } else {
                new TablePrinter(out).print(result);
            }
        }
        return 0;
    }
}
