package io.oxbow.sql;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.apache.calcite.adapter.enumerable.EnumerableCalc;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.config.CalciteConnectionConfig;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.config.NullCollation;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.plan.Contexts;
import org.apache.calcite.plan.ConventionTraitDef;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.volcano.VolcanoPlanner;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelCollationTraitDef;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexProgram;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.schema.SchemaPlus;
import org.apache.calcite.sql.SqlExplain;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.fun.SqlLibrary;
import org.apache.calcite.sql.fun.SqlLibraryOperatorTableFactory;
import org.apache.calcite.sql.util.SqlOperatorTables;
import org.apache.calcite.sql.util.SqlShuttle;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorUtil;
import org.apache.calcite.sql2rel.ConvertToChecked;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.apache.calcite.tools.Programs;
import org.apache.iceberg.catalog.Namespace;

/** Plans one query. Not thread-safe. */
final class QueryPlanner {

    private static final SqlOperatorTable FUNCTIONS =
            SqlLibraryOperatorTableFactory.INSTANCE.getOperatorTable(
                    SqlLibrary.STANDARD, SqlLibrary.POSTGRESQL);
    private static final String DEFAULT_NAMESPACE = "default";

    private final QueryScope scope;
    private final TrinoSyntax syntax;
    private final CalciteSchema root;
    private final CalciteCatalogReader tables;
    private final JavaTypeFactory types = new SqlTypes.Factory();
    private final CalciteConnectionConfig settings = settings();
    private final long nowMillis;

    /**
     * A plan that can be run.
     *
     * @param rowType names and types of the result's columns
     */
    record Plan(EnumerableRel physical, RelDataType rowType) {}

    QueryPlanner(QueryScope scope, TrinoSyntax syntax, long nowMillis) {
        this.scope = scope;
        this.syntax = syntax;
        this.nowMillis = nowMillis;
        this.root =
                CalciteSchema.createRootSchema(
                        false, false, "", new NamespaceSchema(scope, Namespace.empty()));
        this.tables = new CalciteCatalogReader(root, List.of(DEFAULT_NAMESPACE), types, settings);
    }

    SchemaPlus root() {
        return root.plus();
    }

    private static CalciteConnectionConfig settings() {
        Properties properties = new Properties();
        properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "false");
        properties.setProperty(CalciteConnectionProperty.TIME_ZONE.camelName(), "UTC");
        return new CalciteConnectionConfigImpl(properties);
    }

    Plan plan() {
        try {
            Validated query = validated();
            RelOptCluster cluster = RelOptCluster.create(optimizer(), new RexBuilder(types));
            RelRoot logical =
                    new SqlToRelConverter(
                                    (rowType, text, path, view) -> {
                                        throw new UnsupportedOperationException("views");
                                    },
                                    query.by(),
                                    tables,
                                    cluster,
                                    StandardConvertletTable.INSTANCE,
                                    SqlToRelConverter.config().withExpand(false))
                            .convertQuery(query.node(), false, true);
            return new Plan(withoutHelpers(logical, optimized(logical)), logical.validatedRowType);
        } catch (RuntimeException e) {
            throw QueryErrors.planning(e, syntax, scope);
        }
    }

    private SqlValidator validator() {
        return SqlValidatorUtil.newValidator(
                SqlOperatorTables.chain(FUNCTIONS, tables),
                tables,
                types,
                SqlValidator.Config.DEFAULT
                        .withConformance(SqlConformanceEnum.LENIENT)
                        .withDefaultNullCollation(NullCollation.LAST)
                        .withIdentifierExpansion(true));
    }

    private record Validated(SqlNode node, SqlValidator by) {}

    /** What can't be a table's column may be a column's field. */
    private Validated validated() {
        StructAccess access = StructAccess.NONE;
        CalciteContextException first = null;
        while (true) {
            SqlNode statement = StatementParser.parse(syntax);
            SqlNode query =
                    statement instanceof SqlExplain explain ? explain.getExplicandum() : statement;
            query = rewrite(query, new TimeTravel(syntax));
            query = rewrite(query, new TrinoFunctions(nowMillis));
            try {
                SqlValidator validator = validator();
                return new Validated(validator.validate(rewrite(query, access)), validator);
            } catch (CalciteContextException e) {
                first = first == null ? e : first;
                Optional<StructAccess> another = access.with(e);
                if (another.isEmpty()) {
                    throw QueryErrors.isMissingColumn(e) ? first : e;
                }
                access = another.get();
            }
        }
    }

    private static SqlNode rewrite(SqlNode statement, SqlShuttle rewriting) {
        return Objects.requireNonNull(statement.accept(rewriting));
    }

    private VolcanoPlanner optimizer() {
        VolcanoPlanner optimizer = new VolcanoPlanner(Contexts.of(settings));
        optimizer.addRelTraitDef(ConventionTraitDef.INSTANCE);
        optimizer.addRelTraitDef(RelCollationTraitDef.INSTANCE);
        optimizer.setExecutor(RexUtil.EXECUTOR);
        RelOptUtil.registerDefaultRules(optimizer, false, false);
        return optimizer;
    }

    private static RelNode optimized(RelRoot logical) {
        RelOptCluster cluster = logical.rel.getCluster();
        RelNode checked =
                logical.rel
                        .accept(new StructItems(cluster.getRexBuilder()))
                        .accept(new ExactAggregates(cluster.getRexBuilder()))
                        .accept(new ConvertToChecked(cluster.getRexBuilder()));
        return Programs.standard()
                .run(
                        cluster.getPlanner(),
                        checked,
                        checked.getTraitSet()
                                .replace(EnumerableConvention.INSTANCE)
                                .replace(logical.collation)
                                .simplify(),
                        ImmutableList.of(),
                        ImmutableList.of());
    }

    /** Leaves out columns that only the order needed. */
    private static EnumerableRel withoutHelpers(RelRoot logical, RelNode physical) {
        if (logical.isRefTrivial()) {
            return (EnumerableRel) physical;
        }
        RexBuilder rex = physical.getCluster().getRexBuilder();
        List<RexNode> projects = new ArrayList<>();
        logical.fields.leftList().forEach(i -> projects.add(rex.makeInputRef(physical, i)));
        RexProgram program =
                RexProgram.create(
                        physical.getRowType(), projects, null, logical.validatedRowType, rex);
        return EnumerableCalc.create(physical, program);
    }
}
