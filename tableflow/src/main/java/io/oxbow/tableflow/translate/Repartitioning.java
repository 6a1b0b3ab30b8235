package io.oxbow.tableflow.translate;

import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.commit.LoadedTable;
import io.oxbow.tableflow.config.PartitionField;
import io.oxbow.tableflow.config.TableConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdatePartitionSpec;

/**
 * Changes a table's partitioning after its setting was altered: later files have the new one,
 * earlier files keep theirs. Changes of the partitioning by others stay until the setting is
 * altered again.
 */
final class Repartitioning {

    private Repartitioning() {}

    /** Returns the setting as a table's properties keep it. */
    static String setting(TableConfig config) {
        return config.partitionBy().stream()
                .map(PartitionField::toString)
                .collect(Collectors.joining(","));
    }

    /**
     * Evolves the table's partition spec if the setting has changed.
     *
     * @return whether the table was changed and wants to be loaded again
     * @throws TableFlowException when the table has no such partitioning; the message says why
     */
    static boolean apply(TableConfig config, LoadedTable loaded) {
        String setting = setting(config);
        if (setting.equals(loaded.metadata().properties().get(TableProperties.PARTITION_BY))) {
            return false;
        }
        PartitionSpec wanted;
        try {
            wanted = PartitionField.spec(config.partitionBy(), loaded.metadata().schema());
        } catch (IllegalArgumentException e) {
            throw new TableFlowException(
                    "%s; the table goes on once the setting is altered".formatted(e.getMessage()),
                    TableFlowException.Retry.FATAL,
                    e);
        }
        Transaction transaction = loaded.table().newTransaction();
        if (!terms(wanted).equals(terms(loaded.metadata().spec()))) {
            update(transaction.updateSpec(), loaded.metadata(), wanted, config).commit();
        }
        transaction.updateProperties().set(TableProperties.PARTITION_BY, setting).commit();
        transaction.commitTransaction();
        return true;
    }

    private static List<String> terms(PartitionSpec spec) {
        return spec.fields().stream()
                .filter(field -> !field.transform().isVoid())
                .map(Repartitioning::term)
                .toList();
    }

    private static String term(org.apache.iceberg.PartitionField field) {
        return field.transform() + "(" + field.sourceId() + ")";
    }

    private static UpdatePartitionSpec update(
            UpdatePartitionSpec update,
            TableMetadata table,
            PartitionSpec wanted,
            TableConfig config) {
        List<String> kept = terms(wanted);
        for (org.apache.iceberg.PartitionField field : table.spec().fields()) {
            if (!field.transform().isVoid() && !kept.contains(term(field))) {
                update = update.removeField(field.name());
            }
        }
        List<String> had = terms(table.spec());
        Map<String, String> names = names(table);
        List<PartitionField> there =
                config.partitionBy().stream().filter(field -> field.isIn(wanted.schema())).toList();
        for (int i = 0; i < wanted.fields().size(); i++) {
            String term = term(wanted.fields().get(i));
            if (!had.contains(term)) {
                PartitionField field = there.get(i);
                String name =
                        names.computeIfAbsent(
                                term, _ -> field.name(wanted.schema(), names.values()));
                update = update.addField(name, field.term());
            }
        }
        return update;
    }

    /**
     * Returns the name of each field that the table is or was partitioned by. Engines see the
     * fields of all specs as one struct: a field that comes back has its name again, and no other
     * has it.
     */
    private static Map<String, String> names(TableMetadata table) {
        Map<String, String> names = new HashMap<>();
        for (PartitionSpec spec : table.specs()) {
            for (org.apache.iceberg.PartitionField field : spec.fields()) {
                if (!field.transform().isVoid()) {
                    names.put(term(field), field.name());
                }
            }
        }
        return names;
    }
}
