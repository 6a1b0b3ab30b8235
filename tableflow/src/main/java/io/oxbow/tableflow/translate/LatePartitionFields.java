package io.oxbow.tableflow.translate;

import io.oxbow.tableflow.commit.LoadedTable;
import io.oxbow.tableflow.config.PartitionField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds partition fields of the topic's setting that the table could not have when it was made, as
 * no record had the column yet. Files written before stay as they are.
 */
final class LatePartitionFields {

    private static final Logger LOG = LoggerFactory.getLogger(LatePartitionFields.class);

    private final Set<PartitionField> impossible = new HashSet<>();

    /** Adds the fields that are due; true if the table was changed and wants to be loaded again. */
    boolean add(LoadedTable loaded, List<PartitionField> wanted) {
        List<PartitionField> due = due(loaded, wanted);
        if (due.isEmpty()) {
            return false;
        }
        try {
            Schema schema = loaded.metadata().schema();
            UpdatePartitionSpec update = loaded.table().updateSpec();
            List<String> names = names(loaded);
            for (PartitionField field : due) {
                String name = field.name(schema, names);
                names.add(name);
                update.addField(name, field.term());
            }
            update.commit();
            return true;
        } catch (CommitFailedException e) {
            return true; // somebody else changed it
        }
    }

    private List<PartitionField> due(LoadedTable loaded, List<PartitionField> wanted) {
        Schema schema = loaded.metadata().schema();
        List<PartitionField> due = new ArrayList<>();
        for (PartitionField field : wanted) {
            if (field.isIn(schema) && !impossible.contains(field)) {
                try {
                    if (!wasIn(loaded, PartitionField.spec(List.of(field), schema))) {
                        due.add(field);
                    }
                } catch (IllegalArgumentException e) {
                    LOG.warn(
                            "table {} cannot be partitioned by a late column: {}",
                            loaded.table().name(),
                            e.getMessage());
                    impossible.add(field);
                }
            }
        }
        return due;
    }

    /**
     * Returns true if the table is, or ever was, partitioned by the field: a field that others
     * removed stays removed.
     */
    private static boolean wasIn(LoadedTable loaded, PartitionSpec one) {
        var field = one.fields().getFirst();
        return loaded.metadata().specs().stream()
                .flatMap(spec -> spec.fields().stream())
                .anyMatch(f ->
                        f.sourceId() == field.sourceId()
                                && f.transform().toString().equals(field.transform().toString()));
    }

    private static List<String> names(LoadedTable loaded) {
        List<String> names = new ArrayList<>();
        loaded.metadata()
                .specs()
                .forEach(spec -> spec.fields().forEach(field -> names.add(field.name())));
        return names;
    }
}
