package io.oxbow.schema;

import static io.oxbow.schema.RegistryRoutes.flag;
import static io.oxbow.schema.RegistryRoutes.subject;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;

/** Serves compatibility levels and modes. The only mode is READWRITE. */
final class SettingsRoutes {

    private static final String MODE = "READWRITE";

    /** Settings of Confluent's registry that would be taken and mean nothing. */
    private static final List<String> NOT_KEPT =
            List.of(
                    "alias",
                    "normalize",
                    "validateFields",
                    "validateRules",
                    "compatibilityGroup",
                    "compatibilityPolicy",
                    "defaultMetadata",
                    "overrideMetadata",
                    "defaultRuleSet",
                    "overrideRuleSet");

    private final SchemaRegistry registry;

    SettingsRoutes(SchemaRegistry registry) {
        this.registry = registry;
    }

    void register(RegistryRoutes routes) {
        routes.get("/config", _ -> level(registry.views().globalLevel()));
        routes.on(HandlerType.PUT, "/config", this::putGlobalLevel);
        routes.on(HandlerType.DELETE, "/config", _ -> level(registry.resetGlobalLevel()));
        routes.get("/config/{subject}", this::getLevel);
        routes.on(HandlerType.PUT, "/config/{subject}", this::putLevel);
        routes.on(
                HandlerType.DELETE,
                "/config/{subject}",
                ctx -> level(registry.resetLevel(subject(ctx))));
        routes.get("/mode", _ -> Map.of("mode", MODE));
        routes.on(HandlerType.PUT, "/mode", SettingsRoutes::putMode);
        routes.get("/mode/{subject}", SettingsRoutes::getMode);
        routes.on(HandlerType.PUT, "/mode/{subject}", SettingsRoutes::putMode);
        routes.get("/contexts", _ -> List.of("."));
    }

    private Object putGlobalLevel(Context ctx) {
        CompatibilityLevel level = levelIn(ctx);
        registry.setGlobalLevel(level);
        return Map.of("compatibility", level.name());
    }

    private Object putLevel(Context ctx) {
        CompatibilityLevel level = levelIn(ctx);
        registry.setLevel(subject(ctx), level);
        return Map.of("compatibility", level.name());
    }

    private Object getLevel(Context ctx) {
        RegistryViews views = registry.views();
        return level(
                views.level(subject(ctx))
                        .orElseGet(() -> {
                            if (flag(ctx, "defaultToGlobal")) {
                                return views.globalLevel();
                            }
                            throw new RegistryException(
                                    RegistryError.SUBJECT_LEVEL_NOT_SET,
                                    "Subject '"
                                            + subject(ctx)
                                            + "' does not have subject-level compatibility"
                                            + " configured");
                        }));
    }

    private static Object getMode(Context ctx) {
        if (flag(ctx, "defaultToGlobal")) {
            return Map.of("mode", MODE);
        }
        throw new RegistryException(
                RegistryError.SUBJECT_MODE_NOT_SET,
                "Subject '" + subject(ctx) + "' does not have subject-level mode configured");
    }

    private static Object putMode(Context ctx) {
        JsonNode mode = RegistryRoutes.body(ctx).path("mode");
        if (!mode.asText().equals(MODE)) {
            throw new RegistryException(
                    RegistryError.INVALID_MODE,
                    "Invalid mode '" + mode.asText() + "'. The only valid value is " + MODE);
        }
        return Map.of("mode", MODE);
    }

    private static CompatibilityLevel levelIn(Context ctx) {
        JsonNode config = RegistryRoutes.body(ctx);
        for (String field : NOT_KEPT) {
            if (!config.path(field).isMissingNode() && !config.path(field).isNull()) {
                throw new RegistryException(
                        RegistryError.UNPROCESSABLE,
                        "This registry has no setting '" + field + "', only 'compatibility'");
            }
        }
        return CompatibilityLevel.parse(config.path("compatibility").asText(""));
    }

    private static Object level(CompatibilityLevel level) {
        return Map.of("compatibilityLevel", level.name());
    }
}
