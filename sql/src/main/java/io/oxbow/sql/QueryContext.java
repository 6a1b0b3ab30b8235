package io.oxbow.sql;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.linq4j.QueryProvider;
import org.apache.calcite.schema.SchemaPlus;
import org.jspecify.annotations.Nullable;

/** What running code may ask for: the time, the same all along, and what the plan left for it. */
final class QueryContext implements DataContext {

    private final SchemaPlus root;
    private final Map<String, Object> parameters;
    private final Map<String, Object> variables = new HashMap<>();

    QueryContext(SchemaPlus root, Map<String, Object> parameters, long now) {
        this.root = root;
        this.parameters = parameters;
        variables.put(Variable.UTC_TIMESTAMP.camelName, now);
        variables.put(Variable.CURRENT_TIMESTAMP.camelName, now);
        variables.put(Variable.LOCAL_TIMESTAMP.camelName, now);
        variables.put(Variable.SYS_TIMESTAMP.camelName, now);
        variables.put(Variable.TIME_ZONE.camelName, TimeZone.getTimeZone("UTC"));
        variables.put(Variable.LOCALE.camelName, Locale.ROOT);
        variables.put(Variable.USER.camelName, "oxbow");
        variables.put(Variable.SYSTEM_USER.camelName, "oxbow");
    }

    @Override
    public SchemaPlus getRootSchema() {
        return root;
    }

    @Override
    public JavaTypeFactory getTypeFactory() {
        return new SqlTypes.Factory();
    }

    @Override
    @SuppressWarnings("NullAway") // nothing here asks for one
    public @Nullable QueryProvider getQueryProvider() {
        return null;
    }

    @Override
    public @Nullable Object get(String name) {
        Object parameter = parameters.get(name);
        return parameter != null ? parameter : variables.get(name);
    }
}
