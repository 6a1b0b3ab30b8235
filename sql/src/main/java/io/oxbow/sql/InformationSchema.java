package io.oxbow.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.schema.Table;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** What there is, as tables. */
final class InformationSchema extends AbstractSchema {

    private static final RelDataTypeFactory FACTORY = new SqlTypes.Factory();

    private final QueryScope scope;

    InformationSchema(QueryScope scope) {
        this.scope = scope;
    }

    @Override
    protected Map<String, Table> getTableMap() {
        return Map.of(
                "schemata", new Listing(strings("schema_name"), this::schemata),
                "tables", new Listing(strings("table_schema", "table_name"), this::relations),
                "columns", new Listing(COLUMNS, this::columns));
    }

    private static final Schema COLUMNS =
            new Schema(
                    Types.NestedField.required(1, "table_schema", Types.StringType.get()),
                    Types.NestedField.required(2, "table_name", Types.StringType.get()),
                    Types.NestedField.required(3, "column_name", Types.StringType.get()),
                    Types.NestedField.required(4, "ordinal_position", Types.IntegerType.get()),
                    Types.NestedField.required(5, "data_type", Types.StringType.get()),
                    Types.NestedField.required(6, "is_nullable", Types.StringType.get()),
                    Types.NestedField.optional(7, "comment", Types.StringType.get()));

    private static Schema strings(String... names) {
        List<Types.NestedField> fields = new ArrayList<>();
        for (String name : names) {
            fields.add(Types.NestedField.required(fields.size() + 1, name, Types.StringType.get()));
        }
        return new Schema(fields);
    }

    private List<@Nullable Object[]> schemata() {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Namespace namespace : scope.allNamespaces()) {
            rows.add(new @Nullable Object[] {QueryScope.display(namespace)});
        }
        return rows;
    }

    private List<@Nullable Object[]> relations() {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Namespace namespace : scope.allNamespaces()) {
            for (TableIdentifier table : scope.tablesIn(namespace)) {
                rows.add(new @Nullable Object[] {QueryScope.display(namespace), table.name()});
            }
        }
        return rows;
    }

    private List<@Nullable Object[]> columns() {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Namespace namespace : scope.allNamespaces()) {
            for (TableIdentifier table : scope.tablesIn(namespace)) {
                scope.table(namespace, table.name())
                        .ifPresent(loaded ->
                                describe(loaded.schema())
                                        .forEach(column -> rows.add(row(table, column))));
            }
        }
        return rows;
    }

    private static @Nullable Object[] row(TableIdentifier table, @Nullable Object[] column) {
        @Nullable Object[] row = new @Nullable Object[COLUMNS.columns().size()];
        row[0] = QueryScope.display(table.namespace());
        row[1] = table.name();
        System.arraycopy(column, 0, row, 2, column.length);
        return row;
    }

    /** Per column: name, position from 1, type, YES or NO for nullable, comment. */
    static List<@Nullable Object[]> describe(Schema schema) {
        List<RelDataTypeField> types = SqlTypes.rowType(FACTORY, schema).getFieldList();
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Types.NestedField field : schema.columns()) {
            rows.add(
                    new @Nullable Object[] {
                        field.name(),
                        rows.size() + 1,
                        SqlTypes.name(types.get(rows.size()).getType()),
                        field.isOptional() ? "YES" : "NO",
                        field.doc()
                    });
        }
        return rows;
    }

    /** A table of what a function lists, when it is read. */
    private static final class Listing extends SourceTable {
        private final Schema schema;
        private final Supplier<List<@Nullable Object[]>> rows;

        Listing(Schema schema, Supplier<List<@Nullable Object[]>> rows) {
            this.schema = schema;
            this.rows = rows;
        }

        @Override
        Schema schema() {
            return schema;
        }

        @Override
        double rowCount() {
            return 100;
        }

        @Override
        CloseableIterable<@Nullable Object[]> rows(ScanRequest request) {
            List<@Nullable Object[]> projected = new ArrayList<>();
            for (@Nullable Object[] row : rows.get()) {
                @Nullable Object[] values = new @Nullable Object[request.columns().size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = row[request.columns().get(i)];
                }
                projected.add(values);
            }
            return CloseableIterable.withNoopClose(projected);
        }
    }
}
