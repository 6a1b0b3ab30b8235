package io.oxbow.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.calcite.adapter.enumerable.EnumerableInterpretable;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.runtime.Bindable;
import org.apache.calcite.sql.SqlDescribeTable;
import org.apache.calcite.sql.SqlExplain;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.rest.RESTCatalog;
import org.jspecify.annotations.Nullable;

/** Answers SQL queries over the tables of an Iceberg REST catalog. Thread-safe; to be closed. */
public final class SqlEngine implements AutoCloseable {

    private final RESTCatalog catalog;

    private SqlEngine(RESTCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * @param restUri of the catalog, e.g. {@code http://127.0.0.1:8181/iceberg}
     * @param catalogProperties Iceberg's, e.g. {@code s3.endpoint}; what the catalog itself gives
     *     need not be here
     * @throws QueryException when the catalog can't be reached
     */
    public static SqlEngine open(String restUri, Map<String, String> catalogProperties) {
        Map<String, String> properties = new HashMap<>(catalogProperties);
        properties.put(CatalogProperties.URI, restUri);
        properties.putIfAbsent(CatalogProperties.FILE_IO_IMPL, SchemeFileIO.class.getName());
        properties.putIfAbsent("rest-metrics-reporting-enabled", "false");
        RESTCatalog catalog = new RESTCatalog();
        try {
            catalog.initialize("oxbow", properties);
        } catch (RuntimeException e) {
            throw new QueryException(
                    "No Iceberg catalog answers at " + restUri + ": " + e.getMessage(), e);
        }
        return new SqlEngine(catalog);
    }

    /**
     * Starts a query; rows are computed as they are taken from the result.
     *
     * @throws QueryException when it can't be answered
     */
    public ResultTable query(String sql) {
        if (sql.isBlank()) {
            throw new QueryException("There is no query");
        }
        TrinoSyntax syntax = StatementParser.read(sql);
        SqlNode statement = StatementParser.parse(syntax);
        QueryScope scope = new QueryScope(catalog);
        if (statement instanceof SqlDescribeTable describe) {
            return describe(scope, describe.getTable());
        }
        boolean explained = statement instanceof SqlExplain;
        if (!explained && !SqlKind.QUERY.contains(statement.getKind())) {
            throw new QueryException(
                    "Only queries are supported (SELECT, WITH, VALUES, TABLE, UNION …), and SHOW,"
                            + " DESCRIBE, EXPLAIN PLAN FOR; not "
                            + statement.getKind().sql);
        }
        long nowMillis = System.currentTimeMillis();
        QueryPlanner planner = new QueryPlanner(scope, syntax, nowMillis);
        QueryPlanner.Plan plan = planner.plan();
        return explained
                ? explain(plan)
                : run(
                        plan,
                        scope,
                        parameters -> new QueryContext(planner.root(), parameters, nowMillis));
    }

    private static ResultTable run(
            QueryPlanner.Plan plan,
            QueryScope scope,
            Function<Map<String, Object>, QueryContext> contextOf) {
        Map<String, Object> parameters = new ConcurrentHashMap<>();
        List<RelDataTypeField> fields = plan.rowType().getFieldList();
        Enumerator<?> rows;
        try {
            Bindable<?> code =
                    EnumerableInterpretable.toBindable(
                            parameters, null, plan.physical(), EnumerableRel.Prefer.ARRAY);
            Enumerable<?> enumerable = code.bind(contextOf.apply(parameters));
            rows = enumerable.enumerator();
        } catch (RuntimeException | ExceptionInInitializerError e) {
            // constants are computed when the generated class is initialised
            throw QueryErrors.execution(e);
        }
        return new ResultTable(
                columns(fields),
                scope.withoutSnapshot(),
                new RowIterator(fields, rows),
                rows::close);
    }

    private static List<ResultColumn> columns(List<RelDataTypeField> fields) {
        return fields.stream()
                .map(field ->
                        new ResultColumn(
                                name(field),
                                SqlTypes.name(field.getType()),
                                SqlTypeName.NUMERIC_TYPES.contains(
                                        field.getType().getSqlTypeName())))
                .toList();
    }

    /** As Trino names what has no name. */
    private static String name(RelDataTypeField field) {
        return field.getName().startsWith("EXPR$") ? "_col" + field.getIndex() : field.getName();
    }

    private static ResultTable explain(QueryPlanner.Plan plan) {
        List<List<@Nullable Object>> lines = new ArrayList<>();
        RelOptUtil.toString(plan.physical()).lines().forEach(line -> lines.add(List.of(line)));
        return fixed(List.of("plan"), lines);
    }

    private static ResultTable describe(QueryScope scope, SqlIdentifier name) {
        List<String> names = name.names;
        String table = names.getLast();
        Namespace parent = Namespace.empty();
        List<String> path =
                names.size() == 1 ? List.of("default") : names.subList(0, names.size() - 1);
        Optional<Namespace> namespace = scope.namespace(parent, String.join(".", path));
        Optional<SourceTable> found =
                namespace
                        .flatMap(in -> TableName.find(scope, in, table))
                        .map(SourceTable.class::cast);
        if (found.isEmpty()) {
            throw new QueryException(
                    "Table '"
                            + String.join(".", names)
                            + "' not found"
                            + QueryErrors.didYouMeanTable(table, scope),
                    null,
                    table);
        }
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (@Nullable Object[] column : InformationSchema.describe(found.get().schema())) {
            List<@Nullable Object> row = new ArrayList<>();
            row.add(column[0]);
            row.add(column[2]);
            row.add(column[3]);
            row.add(column[4] == null ? "" : column[4]);
            rows.add(row);
        }
        return fixed(List.of("column", "type", "nullable", "comment"), rows);
    }

    private static ResultTable fixed(List<String> names, List<List<@Nullable Object>> rows) {
        List<ResultColumn> columns =
                names.stream().map(name -> new ResultColumn(name, "varchar", false)).toList();
        return new ResultTable(columns, List.of(), rows.iterator(), () -> {});
    }

    /** Rows of Calcite's code as rows of a result. */
    private static final class RowIterator implements Iterator<List<@Nullable Object>> {
        private final List<RelDataTypeField> fields;
        private final Enumerator<?> rows;
        private boolean ready;

        RowIterator(List<RelDataTypeField> fields, Enumerator<?> rows) {
            this.fields = fields;
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            ready = ready || rows.moveNext();
            return ready;
        }

        @Override
        public List<@Nullable Object> next() {
            if (!hasNext()) {
                throw new java.util.NoSuchElementException();
            }
            ready = false;
            Object row = rows.current();
            List<@Nullable Object> values = new ArrayList<>(fields.size());
            for (RelDataTypeField field : fields) {
                Object value =
                        fields.size() == 1 || row == null
                                ? row
                                : ((Object[]) row)[field.getIndex()];
                values.add(ResultValues.of(field.getType(), value));
            }
            return values;
        }
    }

    @Override
    public void close() {
        try {
            catalog.close();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
