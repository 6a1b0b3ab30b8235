package io.oxbow.tableflow.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.tableflow.TableWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.MetadataTableUtils;
import org.apache.iceberg.Partitioning;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that a table whose {@code table.partition.by} was altered again and again has the last one,
 * all rows, and metadata that engines can read.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RepartitioningTest {

    private static final List<String> FIELDS =
            List.of(
                    "bucket(4,id)",
                    "bucket(8,id)",
                    "truncate(2,name)",
                    "truncate(3,name)",
                    "name",
                    "id",
                    "day(kafka_timestamp)",
                    "hour(kafka_timestamp)",
                    "late",
                    "bucket(2,late)");

    private final TableWorld world = new TableWorld();
    private int records;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void alteredAgainAndAgain(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        append(false);
        for (int step = 0; step < 15; step++) {
            List<String> setting = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                String field = FIELDS.get(random.nextInt(FIELDS.size()));
                boolean twoTimes =
                        field.contains("timestamp") && setting.toString().contains("timestamp");
                if (!setting.contains(field) && !twoTimes) {
                    setting.add(field);
                }
            }
            world.set("table.partition.by", String.join(",", setting));
            append(step > 5);

            Table table = world.table();
            assertThat(world.rows()).as(setting.toString()).hasSize(records);
            assertThat(table.spec().fields())
                    .as(setting.toString())
                    .filteredOn(field -> !field.transform().isVoid())
                    .hasSize(step > 5 ? setting.size() : early(setting));
            enginesReadItsMetadata(table);
        }
    }

    private static int early(List<String> setting) {
        return (int) setting.stream().filter(field -> !field.contains("late")).count();
    }

    private void append(boolean late) {
        records++;
        world.log.append(
                0,
                "{\"id\":%d,\"name\":\"n%d\"%s}"
                        .formatted(records, records, late ? ",\"late\":\"x\"" : ""));
        world.settle();
        records++;
        world.log.append(0, "{\"id\":%d}".formatted(records)); // a late column is there by now
        world.settle();
    }

    private static void enginesReadItsMetadata(Table table) throws Exception {
        assertThat(Partitioning.partitionType(table).fields())
                .extracting(Types.NestedField::name)
                .doesNotHaveDuplicates();
        for (MetadataTableType type :
                List.of(
                        MetadataTableType.FILES,
                        MetadataTableType.ENTRIES,
                        MetadataTableType.PARTITIONS)) {
            Table view = MetadataTableUtils.createMetadataTableInstance(table, type);
            assertThat(view.schema().columns()).isNotEmpty();
            try (CloseableIterable<FileScanTask> tasks = view.newScan().planFiles()) {
                for (FileScanTask task : tasks) {
                    task.asDataTask().rows().forEach(row -> assertThat(row.size()).isPositive());
                }
            }
        }
    }
}
