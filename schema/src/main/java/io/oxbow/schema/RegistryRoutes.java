package io.oxbow.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.oxbow.schema.RegistryViews.Deleted;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.UriCompliance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mounts Confluent's REST API on a Javalin server. Handlers block; run them on virtual threads. */
public final class RegistryRoutes {

    static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Logger LOG = LoggerFactory.getLogger(RegistryRoutes.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SchemaRegistry registry;
    private final JavalinConfig config;
    private final String prefix;

    private RegistryRoutes(SchemaRegistry registry, JavalinConfig config, String prefix) {
        this.registry = registry;
        this.config = config;
        this.prefix = prefix;
    }

    /** Answers a request with what is to be sent as JSON. */
    @FunctionalInterface
    interface Endpoint {
        Object answer(Context ctx) throws Exception;
    }

    /**
     * @param prefix path that the API is under, e.g. {@code /registry}
     */
    public static void register(SchemaRegistry registry, JavalinConfig config, String prefix) {
        allowEncodedSlashes(config);
        RegistryRoutes routes = new RegistryRoutes(registry, config, prefix);
        routes.schemas();
        routes.subjects();
        routes.compatibility();
        routes.settings();
        for (HandlerType method :
                List.of(HandlerType.GET, HandlerType.POST, HandlerType.PUT, HandlerType.DELETE)) {
            routes.on(
                    method,
                    "/<rest>",
                    _ -> {
                        throw new RegistryException(RegistryError.NOT_FOUND, "HTTP 404 Not Found");
                    });
        }
    }

    /** Subjects may have slashes in them, which arrive as %2F. */
    private static void allowEncodedSlashes(JavalinConfig config) {
        config.jetty.modifyHttpConfiguration(http -> http.setUriCompliance(UriCompliance.UNSAFE));
        config.jetty.modifyServletContextHandler(
                context -> context.getServletHandler().setDecodeAmbiguousURIs(true));
    }

    private void schemas() {
        RegistryViews views = registry.views();
        get("", _ -> Map.of());
        get(
                "/schemas",
                ctx ->
                        RegistryJson.versions(
                                views.all(
                                        query(ctx, "subjectPrefix"),
                                        deleted(ctx),
                                        flag(ctx, "latestOnly"))));
        get("/schemas/types", _ -> List.of(RegisteredSchema.AVRO));
        get(
                "/schemas/ids/{id}",
                ctx ->
                        RegistryJson.schema(
                                schema(ctx), flag(ctx, "fetchMaxId") ? registry.maxId() : 0));
        get("/schemas/ids/{id}/schema", ctx -> JSON.readTree(schema(ctx).text()));
        get(
                "/schemas/ids/{id}/subjects",
                ctx ->
                        views.versionsOf(schema(ctx).id(), flag(ctx, "deleted")).stream()
                                .map(SubjectVersion::subject)
                                .distinct()
                                .toList());
        get(
                "/schemas/ids/{id}/versions",
                ctx ->
                        views.versionsOf(schema(ctx).id(), flag(ctx, "deleted")).stream()
                                .map(v -> Map.of("subject", v.subject(), "version", v.version()))
                                .toList());
    }

    private void subjects() {
        RegistryViews views = registry.views();
        get("/subjects", ctx -> views.subjects(query(ctx, "subjectPrefix"), deleted(ctx)));
        on(
                HandlerType.POST,
                "/subjects/{subject}",
                ctx -> {
                    SchemaRequest request = SchemaRequest.parse(body(ctx));
                    return RegistryJson.version(
                            registry.lookUp(
                                    subject(ctx),
                                    request.text(),
                                    request.references(),
                                    flag(ctx, "deleted")));
                });
        on(
                HandlerType.DELETE,
                "/subjects/{subject}",
                ctx -> registry.deleteSubject(subject(ctx), flag(ctx, "permanent")));
        get(
                "/subjects/{subject}/versions",
                ctx ->
                        views.versions(subject(ctx), deleted(ctx)).stream()
                                .map(SubjectVersion::version)
                                .toList());
        on(
                HandlerType.POST,
                "/subjects/{subject}/versions",
                ctx -> {
                    SchemaRequest request = SchemaRequest.parse(body(ctx));
                    return RegistryJson.registered(
                            registry.register(subject(ctx), request.text(), request.references()));
                });
        get("/subjects/{subject}/versions/{version}", ctx -> RegistryJson.version(version(ctx)));
        get(
                "/subjects/{subject}/versions/{version}/schema",
                ctx -> JSON.readTree(version(ctx).schema().text()));
        get(
                "/subjects/{subject}/versions/{version}/referencedby",
                ctx -> views.referrers(version(ctx)));
        on(
                HandlerType.DELETE,
                "/subjects/{subject}/versions/{version}",
                ctx -> {
                    boolean permanent = flag(ctx, "permanent");
                    SubjectVersion found =
                            VersionName.parse(ctx.pathParam("version"))
                                    .find(views, subject(ctx), true);
                    return registry.deleteVersion(found.subject(), found.version(), permanent);
                });
    }

    private void compatibility() {
        on(
                HandlerType.POST,
                "/compatibility/subjects/{subject}/versions",
                ctx -> {
                    List<SubjectVersion> earlier = registry.views().versionsOrNone(subject(ctx));
                    return compatible(ctx, earlier);
                });
        on(
                HandlerType.POST,
                "/compatibility/subjects/{subject}/versions/{version}",
                ctx -> {
                    VersionName name = VersionName.parse(ctx.pathParam("version"));
                    List<SubjectVersion> earlier =
                            name.isLatest()
                                    ? registry.views().versionsOrNone(subject(ctx))
                                    : List.of(name.find(registry.views(), subject(ctx), false));
                    return compatible(
                            ctx, earlier.isEmpty() ? earlier : List.of(earlier.getLast()));
                });
    }

    private Object compatible(Context ctx, List<SubjectVersion> earlier) throws Exception {
        SchemaRequest request = SchemaRequest.parse(body(ctx));
        List<String> violations =
                registry.violations(subject(ctx), request.text(), request.references(), earlier);
        return flag(ctx, "verbose")
                ? Map.of("is_compatible", violations.isEmpty(), "messages", violations)
                : Map.of("is_compatible", violations.isEmpty());
    }

    private void settings() {
        new SettingsRoutes(registry).register(this);
    }

    void get(String path, Endpoint endpoint) {
        on(HandlerType.GET, path, endpoint);
    }

    void on(HandlerType method, String path, Endpoint endpoint) {
        config.routes.addHttpHandler(method, prefix + path, ctx -> respond(ctx, endpoint));
    }

    private static void respond(Context ctx, Endpoint endpoint) throws JsonProcessingException {
        Object answer;
        try {
            answer = endpoint.answer(ctx);
        } catch (RegistryException e) {
            answer = failed(ctx, e.error(), String.valueOf(e.getMessage()));
        } catch (SchemaLogException e) {
            LOG.warn("schema registry: {} {}: the log failed", ctx.method(), ctx.path(), e);
            answer =
                    failed(
                            ctx,
                            RegistryError.STORE_FAILED,
                            "Error in the backend data store: " + e.getMessage());
        } catch (Exception e) {
            LOG.error("schema registry: {} {} failed", ctx.method(), ctx.path(), e);
            answer = failed(ctx, RegistryError.STORE_FAILED, "Internal error: " + e);
        }
        ctx.contentType(MEDIA_TYPE);
        ctx.result(JSON.writeValueAsBytes(answer));
    }

    private static Object failed(Context ctx, RegistryError error, String message) {
        ctx.status(error.status());
        return RegistryJson.error(error, message);
    }

    private RegisteredSchema schema(Context ctx) {
        String id = ctx.pathParam("id");
        try {
            return registry.schema(Integer.parseInt(id))
                    .orElseThrow(() -> RegistryException.schemaNotFound("Schema " + id));
        } catch (NumberFormatException e) {
            throw new RegistryException(RegistryError.NOT_FOUND, "HTTP 404 Not Found");
        }
    }

    private SubjectVersion version(Context ctx) {
        return VersionName.parse(ctx.pathParam("version"))
                .find(registry.views(), subject(ctx), flag(ctx, "deleted"));
    }

    static String subject(Context ctx) {
        return ctx.pathParam("subject");
    }

    static boolean flag(Context ctx, String name) {
        return "true".equalsIgnoreCase(ctx.queryParam(name));
    }

    private static String query(Context ctx, String name) {
        String value = ctx.queryParam(name);
        return value == null ? "" : value;
    }

    private static Deleted deleted(Context ctx) {
        if (flag(ctx, "deletedOnly")) {
            return Deleted.ONLY;
        }
        return flag(ctx, "deleted") ? Deleted.INCLUDED : Deleted.EXCLUDED;
    }

    static JsonNode body(Context ctx) {
        return SchemaRequest.read(JSON, ctx);
    }
}
