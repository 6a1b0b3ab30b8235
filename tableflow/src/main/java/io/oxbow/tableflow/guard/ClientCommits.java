package io.oxbow.tableflow.guard;

import io.oxbow.catalog.CommitRule;
import io.oxbow.tableflow.commit.TableProgress;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.translate.QuarantineTable;
import io.oxbow.tableflow.translate.TableProperties;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Rule for commits of the catalog's clients: a topic's table takes the topic's next records
 * afterwards. System columns stay as they are, no column becomes required that a record need not
 * have, and what writers are told is something that they understand.
 */
public final class ClientCommits implements CommitRule {

    /** Makes the rule, which keeps no state. */
    public ClientCommits() {}

    @Override
    public void check(@Nullable TableMetadata base, TableMetadata wanted) {
        ClientProperties.check(base, wanted);
        if (base != null && base.properties().containsKey(TableProgress.TOPIC_ID)) {
            columns(base, wanted.schema());
        }
    }

    private static void columns(TableMetadata base, Schema wanted) {
        Schema before = base.schema();
        if (before.sameSchema(wanted)) {
            return;
        }
        if (QuarantineTable.is(base.properties())) {
            throw new BadRequestException(
                    "The columns of a quarantine stay as they are: records are added to it by their place");
        }
        systemColumns(base, wanted);
        requiredColumns(before, wanted);
    }

    private static void systemColumns(TableMetadata base, Schema wanted) {
        SystemColumns system =
                new SystemColumns(base.property(TableProperties.COLUMN_PREFIX, "kafka_"));
        for (Types.NestedField column : system.schema().columns()) {
            Types.NestedField now = base.schema().findField(column.name());
            Types.NestedField then = wanted.findField(column.name());
            if (now != null
                    && (then == null
                            || now.fieldId() != then.fieldId()
                            || !now.type().equals(then.type()))) {
                throw new BadRequestException(
                        "Column '%s' is the system's: it keeps its name and type, and is not dropped",
                        column.name());
            }
        }
    }

    private static void requiredColumns(Schema before, Schema wanted) {
        Map<Integer, Types.NestedField> known = TypeUtil.indexById(before.asStruct());
        Map<Integer, Integer> parents = TypeUtil.indexParents(wanted.asStruct());
        TypeUtil.indexById(wanted.asStruct())
                .forEach((id, field) -> {
                    Types.NestedField earlier = known.get(id);
                    Integer parent = parents.get(id);
                    // What is required within a new column does not matter while that is null.
                    boolean becomes =
                            earlier == null
                                    ? parent == null || known.containsKey(parent)
                                    : earlier.isOptional();
                    if (field.isRequired() && becomes) {
                        throw new BadRequestException(
                                "Column '%s' cannot be required: a record need not have it",
                                wanted.findColumnName(id));
                    }
                });
    }
}
