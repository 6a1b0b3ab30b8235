package io.oxbow.node.cli.table;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_COMPACT;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.node.cli.ClientOptions;
import io.oxbow.node.cli.Output;
import io.oxbow.node.cli.TableCatalog;
import io.oxbow.node.cli.TopicTables;
import io.oxbow.tableflow.commit.ForeignLedger;
import io.oxbow.tableflow.config.TableConfig;
import io.oxbow.tableflow.translate.QuarantineTable;
import io.oxbow.tableflow.verify.KafkaLogSource;
import io.oxbow.tableflow.verify.TableVerifier;
import io.oxbow.tableflow.verify.VerifyResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.iceberg.Table;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oxbow table verify} */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Compare a topic's log with its table, offset by offset: no gap, no duplicate, nothing"
                    + " altered.",
            "Rows that others deleted or altered are told with the snapshot that did it, and are not"
                    + " wrong.",
            "Reads the log by Kafka and the table by Iceberg, and shares no decoding with the"
                    + " translation. Being behind is not wrong: the lag is told.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the table is right, as far as it has come",
            "1:it is wrong, or cannot be read",
            "2 to 5:as of 'oxbow'"
        })
final class TableVerify implements Callable<Integer> {

    private static final ObjectMapper MAPPER = new ObjectMapper();

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
        var node = client.node();
        JsonNode status = new TopicTables(client).of(topic);
        TableVerifier.Gaps gaps = gaps();
        try (var catalog = TableCatalog.open(node, properties);
                var log = new KafkaLogSource(client.bootstrapServer, topic)) {
            Table table = catalog.find(status).orElseThrow(() -> TopicTables.notCommitted(status));
            Table quarantine =
                    catalog.find(QuarantineTable.identifier(TableCatalog.identifier(status)))
                            .orElse(null);
            var schemas = new RegistrySchemas(node);
            VerifyResult result =
                    new TableVerifier(
                                    log, new TableVerifier.Tables(table, quarantine), schemas, gaps)
                            .verify();
            return switch (result) {
                case VerifyResult.Right right -> report(right);
                case VerifyResult.Wrong wrong -> report(wrong);
            };
        }
    }

    private TableVerifier.Gaps gaps() throws InterruptedException {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (var admin = client.admin()) {
            var configs =
                    client.await(admin.describeConfigs(List.of(resource)).all()).get(resource);
            if (configs == null) {
                return TableVerifier.Gaps.NONE;
            }
            var retention = configs.get(TableConfig.RETENTION_MS);
            long millis = retention == null ? -1 : Long.parseLong(retention.value());
            var policy = configs.get(CLEANUP_POLICY_CONFIG);
            return new TableVerifier.Gaps(
                    millis < 0 ? Long.MIN_VALUE : System.currentTimeMillis() - millis,
                    policy != null && policy.value().contains(CLEANUP_POLICY_COMPACT));
        }
    }

    private int report(VerifyResult.Right right) {
        long verified = verified(right);
        Output output = Output.of(client);
        if (client.json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("topic", topic);
            answer.put("right", true);
            answer.put("verified", verified);
            answer.put("lag", right.lag());
            answer.put("notVerifiable", right.notVerifiable());
            answer.put("foreignChanges", plain(right.foreignChanges().compared()));
            answer.put("notCompared", plain(right.foreignChanges().notCompared()));
            answer.put("partitions", partitions(right));
            output.json(answer);
            return 0;
        }
        printPartitions(right, output);
        printForeignChanges(right, output);
        output.line(
                "the table of %s is right: %,d records verified, %,d not in the table yet, %,d no longer in the log"
                        .formatted(topic, verified, right.lag(), right.notVerifiable()));
        return 0;
    }

    private int report(VerifyResult.Wrong wrong) {
        Output output = Output.of(client);
        if (client.json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("topic", topic);
            answer.put("right", false);
            answer.put(
                    "findings",
                    wrong.findings().stream().map(f -> MAPPER.convertValue(f, Map.class)).toList());
            answer.put("totals", wrong.totals());
            answer.put("foreignChanges", plain(wrong.foreignChanges().compared()));
            answer.put("notCompared", plain(wrong.foreignChanges().notCompared()));
            answer.put("partitions", partitions(wrong));
            output.json(answer);
            return 1;
        }
        printPartitions(wrong, output);
        printForeignChanges(wrong, output);
        wrong.findings().forEach(finding -> output.line("WRONG " + finding));
        List<String> totals = new ArrayList<>();
        wrong.totals()
                .forEach((kind, count) ->
                        totals.add(
                                "%,d %s".formatted(count, kind.name().toLowerCase(Locale.ROOT))));
        output.line("the table of %s is wrong: %s".formatted(topic, String.join(", ", totals)));
        return 1;
    }

    private static void printForeignChanges(VerifyResult result, Output output) {
        for (VerifyResult.ForeignChange change : result.foreignChanges().compared()) {
            output.line(
                    "CHANGED by others: snapshot %d (%s, %s) deleted %,d rows and altered %,d"
                            .formatted(
                                    change.snapshotId(),
                                    change.operation(),
                                    Instant.ofEpochMilli(change.timestampMillis()),
                                    change.deleted(),
                                    change.altered()));
        }
        VerifyResult.NotCompared rest = result.foreignChanges().notCompared();
        if (rest.missing() + rest.differing() == 0) {
            return;
        }
        rest.changes()
                .entries()
                .forEach(entry ->
                        output.line(
                                "CHANGED by others: snapshot %d (%s, %s), which nothing is left to compare with, deleted %s rows and altered %s"
                                        .formatted(
                                                entry.snapshotId(),
                                                entry.operation(),
                                                Instant.ofEpochMilli(entry.timestampMillis()),
                                                atMost(entry.deletedMax()),
                                                atMost(entry.rewrittenMax()))));
        output.line(
                "%,d rows are missing and %,d differ %s"
                        .formatted(
                                rest.missing(),
                                rest.differing(),
                                rest.canBeAll()
                                        ? "that these can have deleted and altered"
                                        : "beside these, more than they can have deleted and altered"));
    }

    private static String atMost(long count) {
        return count == ForeignLedger.UNBOUNDED
                ? "nobody knows how many"
                : "at most %,d".formatted(count);
    }

    private static Object plain(Object value) {
        return MAPPER.convertValue(value, Object.class);
    }

    private static long verified(VerifyResult result) {
        return result.partitions().stream().mapToLong(p -> p.rows() + p.quarantined()).sum();
    }

    private static List<Map<String, Object>> partitions(VerifyResult result) {
        List<Map<String, Object>> maps = new ArrayList<>();
        for (VerifyResult.PartitionReport partition : result.partitions()) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("partition", partition.partition());
            map.put("from", partition.fromOffset());
            map.put("to", partition.toOffset());
            map.put("rows", partition.rows());
            map.put("quarantined", partition.quarantined());
            map.put("expired", partition.expired());
            map.put("lag", partition.lag());
            map.put("digest", partition.digest());
            maps.add(map);
        }
        return maps;
    }

    private static void printPartitions(VerifyResult result, Output output) {
        List<List<Object>> rows = new ArrayList<>();
        for (VerifyResult.PartitionReport partition : result.partitions()) {
            rows.add(
                    List.of(
                            partition.partition(),
                            partition.fromOffset(),
                            partition.toOffset(),
                            partition.rows(),
                            partition.quarantined(),
                            partition.expired(),
                            partition.lag(),
                            partition
                                    .digest()
                                    .substring(0, Math.min(12, partition.digest().length()))));
        }
        output.table(
                List.of(
                        "partition",
                        "from",
                        "to",
                        "rows",
                        "quarantined",
                        "expired",
                        "lag",
                        "digest"),
                rows);
    }
}
