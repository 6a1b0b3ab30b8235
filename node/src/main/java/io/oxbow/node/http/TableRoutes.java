package io.oxbow.node.http;

import io.javalin.config.JavalinConfig;
import io.oxbow.tableflow.service.TableService;
import io.oxbow.tableflow.service.TableStatus;
import io.oxbow.tableflow.tend.TendingStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;

/** Serves {@code /tables}: the status of topics' tables, for {@code oxbow table}. */
public final class TableRoutes {

    private TableRoutes() {}

    public static void register(JavalinConfig config, TableService tables) {
        config.routes.get(
                "/tables",
                context -> context.json(tables.status().stream().map(TableRoutes::asMap).toList()));
    }

    private static Map<String, Object> asMap(TableStatus status) {
        Map<String, Object> map = new LinkedHashMap<>();
        TableIdentifier table = status.table();
        map.put("topic", status.topic());
        map.put("namespace", table == null ? null : table.namespace().toString());
        map.put("table", table == null ? null : table.name());
        map.put("state", status.state().name().toLowerCase(java.util.Locale.ROOT));
        map.put("lag", status.lagRecords());
        map.put("freshnessMillis", status.freshnessMillis());
        map.put("nextOffsets", status.nextOffsets());
        map.put("rows", status.rows());
        map.put("quarantined", status.quarantined());
        map.put("trimmed", status.trimmed());
        map.put("lastCommitMillis", status.lastCommitMillis());
        map.put("lastError", status.lastError());
        map.put("freshnessGoalMillis", status.freshnessGoalMillis());
        map.put("tending", tending(status.tending()));
        return map;
    }

    private static Map<String, Object> tending(TendingStatus status) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("smallFiles", status.layout().smallFiles());
        map.put("manifests", status.manifests());
        map.put("metadataBytes", status.metadataBytes());
        map.put("snapshotDebt", status.snapshotDebt());
        map.put("compactionDebtBytes", status.layout().debtBytes());
        map.put("sweepDebtFiles", status.sweepDebt());
        map.put("unknownFiles", status.unknownFiles());
        return map;
    }
}
