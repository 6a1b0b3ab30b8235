package io.oxbow.sql;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Binder;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * What is wanted of a table.
 *
 * @param columns positions in the table's schema, ascending
 * @param filter a row that fails it may be left out
 */
record ScanRequest(List<Integer> columns, Expression filter) {

    static ScanRequest all(Schema schema) {
        List<Integer> columns = new ArrayList<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            columns.add(i);
        }
        return new ScanRequest(columns, Expressions.alwaysTrue());
    }

    /** The columns in their order, and after them those that only the filter needs. */
    Schema projection(Schema schema) {
        Set<Types.NestedField> fields = new LinkedHashSet<>();
        columns.forEach(column -> fields.add(schema.columns().get(column)));
        for (int id : Binder.boundReferences(schema.asStruct(), List.of(filter), true)) {
            String name = schema.findColumnName(id);
            schema.columns().stream()
                    .filter(field -> name.equals(field.name()) || contains(field, id))
                    .forEach(fields::add);
        }
        return new Schema(List.copyOf(fields));
    }

    private static boolean contains(Types.NestedField field, int id) {
        return org.apache.iceberg.types.TypeUtil.indexById(Types.StructType.of(field))
                .containsKey(id);
    }
}
