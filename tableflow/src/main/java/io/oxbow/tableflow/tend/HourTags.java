package io.oxbow.tableflow.tend;

import io.oxbow.tableflow.commit.LoadedTable;
import io.oxbow.tableflow.config.TableConfig;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;

/**
 * Tags one state of a table in each hour. It can be read for the whole time-travel window, also
 * where there are more commits than metadata can hold.
 */
final class HourTags {

    static final String PREFIX = "oxbow-hour-";

    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH", Locale.ROOT).withZone(ZoneOffset.UTC);

    private HourTags() {}

    /** Tags the current snapshot for this hour, and removes tags whose time is over. */
    static void run(LoadedTable loaded, TableConfig config, long nowMillis) {
        TableMetadata metadata = loaded.metadata();
        Snapshot current = metadata.currentSnapshot();
        if (current == null) {
            return;
        }
        List<String> over = over(metadata, nowMillis - config.snapshotRetentionMillis());
        String name = PREFIX + HOUR.format(Instant.ofEpochMilli(nowMillis));
        boolean isDue =
                current.timestampMillis() >= nowMillis - config.snapshotRetentionMillis()
                        && !metadata.refs().containsKey(name)
                        && isUntagged(metadata, current);
        if (!isDue && over.isEmpty()) {
            return;
        }
        ManageSnapshots tags = loaded.table().manageSnapshots();
        if (isDue) {
            tags.createTag(name, current.snapshotId());
        }
        over.forEach(tags::removeTag);
        tags.commit();
    }

    private static boolean isUntagged(TableMetadata metadata, Snapshot snapshot) {
        return metadata.refs().entrySet().stream()
                .noneMatch(ref ->
                        ref.getKey().startsWith(PREFIX)
                                && ref.getValue().snapshotId() == snapshot.snapshotId());
    }

    private static List<String> over(TableMetadata metadata, long cutoffMillis) {
        List<String> over = new ArrayList<>();
        for (Map.Entry<String, SnapshotRef> ref : metadata.refs().entrySet()) {
            if (ref.getKey().startsWith(PREFIX) && ref.getValue().isTag()) {
                Snapshot tagged = metadata.snapshot(ref.getValue().snapshotId());
                if (tagged == null || tagged.timestampMillis() < cutoffMillis) {
                    over.add(ref.getKey());
                }
            }
        }
        return over;
    }
}
