package io.oxbow.node.cli.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.CommandFailure;
import io.oxbow.node.cli.Output;
import io.oxbow.node.cli.TableCatalog;
import io.oxbow.node.cli.TopicTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oxbow table files} */
@Command(
        name = "files",
        mixinStandardHelpOptions = true,
        description = {
            "Print DuckDB's expression for the Parquet files that a table's current snapshot names.",
            "It is refused while the snapshot has delete files, since reading the data files alone"
                    + " would bring deleted rows back.",
            ""
        },
        footer = {
            "",
            "Example:",
            "  duckdb -c \"SELECT count(*) FROM $(oxbow table files events)\""
        })
final class TableFiles implements Callable<Integer> {

    @Mixin ClientOptions client = new ClientOptions();

    @Option(
            names = "--catalog",
            paramLabel = "KEY=VALUE",
            description = "A property of Iceberg's REST catalog client; may be repeated.")
    Map<String, String> properties = new TreeMap<>();

    @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
    String topic = "";

    @Override
    public Integer call() throws Exception {
        JsonNode status = new TopicTables(client).of(topic);
        if (TopicTables.isUncommitted(status)) {
            throw TopicTables.notCommitted(status);
        }
        try (var catalog = TableCatalog.open(client.node(), properties)) {
            Table table = catalog.find(status).orElseThrow(() -> TopicTables.notCommitted(status));
            Snapshot snapshot = table.currentSnapshot();
            if (snapshot == null) {
                throw TopicTables.notCommitted(status);
            }
            List<String> files = files(table, snapshot);
            var output = Output.of(client);
            if (client.json) {
                Map<String, Object> answer = new LinkedHashMap<>();
                answer.put("topic", topic);
                answer.put("snapshot", snapshot.snapshotId());
                answer.put("files", files);
                output.json(answer);
            } else {
                output.line(expression(files));
            }
        }
        return 0;
    }

    /**
     * Returns the paths of the data files; fails when they alone would tell of rows that were
     * deleted.
     */
    static List<String> files(Table table, Snapshot snapshot) {
        List<String> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
            for (FileScanTask task : tasks) {
                if (!task.deletes().isEmpty()) {
                    throw new CommandFailure(
                            "%s has delete files, as a DELETE or UPDATE of another engine makes: read it"
                                            .formatted(table.name())
                                    + " through the Iceberg catalog, or rewrite its data files first");
                }
                files.add(task.file().location());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.sort(null);
        return files;
    }

    /**
     * Returns DuckDB's expression for the files, which matches columns by name: files from before a
     * column came have it as null.
     */
    static String expression(List<String> files) {
        return files.stream()
                .map(TableFiles::quotedPath)
                .collect(
                        Collectors.joining(
                                ", ",
                                "read_parquet([",
                                "], union_by_name=true, hive_partitioning=false)"));
    }

    /** Returns a location as DuckDB takes it, quoted: a plain path for a local file. */
    private static String quotedPath(String location) {
        String path = location.startsWith("file:") ? URI.create(location).getPath() : location;
        return "'" + path.replace("'", "''") + "'";
    }
}
