package io.oxbow.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.oxbow.schema.RegistryViews.Deleted;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.UriCompliance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mounts Confluent's REST API on a Javalin server. Handlers block; run them on virtual threads. */
public final class RegistryRoutes {

    public static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

    /** Content types of bodies that are taken; all of them are JSON. */
    public static final Set<String> BODY_TYPES =
            Set.of(
                    MEDIA_TYPE,
                    "application/vnd.schemaregistry+json",
                    "application/json",
                    "application/octet-stream");

    private static final Logger LOG = LoggerFactory.getLogger(RegistryRoutes.class);

    private static final List<HandlerType> METHODS =
            List.of(
                    HandlerType.GET,
                    HandlerType.POST,
                    HandlerType.PUT,
                    HandlerType.PATCH,
                    HandlerType.DELETE,
                    HandlerType.OPTIONS,
                    HandlerType.TRACE);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SchemaRegistry registry;
    private final JavalinConfig config;
    private final String prefix;
    private final Map<String, Set<HandlerType>> methods = new LinkedHashMap<>();

    private RegistryRoutes(SchemaRegistry registry, JavalinConfig config, String prefix) {
        this.registry = registry;
        this.config = config;
        this.prefix = prefix;
    }

    /** Answers a request with a document to be sent as JSON. */
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
        routes.refuseOthers();
    }

    /** Returns the body of an error that the server gives for a request that no route answers. */
    public static byte[] errorBody(int status, String message) {
        return bytes(RegistryJson.error(status, message));
    }

    /** Returns the body of an error that is answered in the place of a route. */
    public static byte[] errorBody(RegistryError error, String message) {
        return bytes(RegistryJson.error(error.code(), message));
    }

    private static byte[] bytes(Object document) {
        try {
            return JSON.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void refuseOthers() {
        Map<String, Set<HandlerType>> known = new LinkedHashMap<>(methods);
        known.forEach((path, allowed) -> {
            for (HandlerType method : METHODS) {
                if (!allowed.contains(method)) {
                    on(
                            method,
                            path,
                            _ -> {
                                throw new RegistryException(
                                        RegistryError.METHOD_NOT_ALLOWED,
                                        "HTTP 405 Method Not Allowed");
                            });
                }
            }
        });
        for (HandlerType method : METHODS) {
            on(
                    method,
                    "/<rest>",
                    _ -> {
                        throw new RegistryException(RegistryError.NOT_FOUND, "HTTP 404 Not Found");
                    });
        }
    }

    /** Allows slashes in subjects, which arrive as %2F. */
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
                                page(
                                        ctx,
                                        views.all(
                                                prefix(ctx),
                                                deleted(ctx),
                                                flag(ctx, "latestOnly")))));
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
        get("/subjects", ctx -> page(ctx, views.subjects(prefix(ctx), deleted(ctx))));
        on(
                HandlerType.POST,
                "/subjects/{subject}",
                ctx -> {
                    return RegistryJson.version(
                            registry.lookUp(subject(ctx), candidate(ctx), flag(ctx, "deleted")));
                });
        on(
                HandlerType.DELETE,
                "/subjects/{subject}",
                ctx -> registry.deleteSubject(subject(ctx), flag(ctx, "permanent")));
        get(
                "/subjects/{subject}/versions",
                ctx ->
                        page(
                                ctx,
                                views.versions(subject(ctx), deleted(ctx)).stream()
                                        .map(SubjectVersion::version)
                                        .toList()));
        on(
                HandlerType.POST,
                "/subjects/{subject}/versions",
                ctx -> {
                    return RegistryJson.registered(registry.register(subject(ctx), candidate(ctx)));
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
                                    .findToDelete(views, subject(ctx));
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
                                    : List.of(
                                            registry.views()
                                                    .versionOfAny(subject(ctx), name.number()));
                    return compatible(
                            ctx, earlier.isEmpty() ? earlier : List.of(earlier.getLast()));
                });
    }

    private Object compatible(Context ctx, List<SubjectVersion> earlier) throws Exception {
        List<String> violations = registry.violations(subject(ctx), candidate(ctx), earlier);
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
        methods.computeIfAbsent(path, _ -> new HashSet<>()).add(method);
        config.routes.addHttpHandler(method, prefix + path, ctx -> respond(ctx, endpoint));
    }

    /**
     * Answers a request; the answer goes out as it is written, so that a long one is never held
     * whole.
     */
    private static void respond(Context ctx, Endpoint endpoint) throws IOException {
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
        } catch (StackOverflowError e) {
            answer = failed(ctx, RegistryError.INVALID_SCHEMA, "The schema is nested too deep");
        } catch (Exception e) {
            LOG.error("schema registry: {} {} failed", ctx.method(), ctx.path(), e);
            answer = failed(ctx, RegistryError.STORE_FAILED, "Internal error: " + e);
        }
        ctx.contentType(MEDIA_TYPE);
        if (!ctx.method().equals(HandlerType.HEAD)) {
            JSON.writeValue(ctx.outputStream(), answer);
        }
    }

    private static Object failed(Context ctx, RegistryError error, String message) {
        ctx.status(error.status());
        return RegistryJson.error(error.code(), message);
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
        return SubjectName.plain(ctx.pathParam("subject"));
    }

    static boolean flag(Context ctx, String name) {
        return "true".equalsIgnoreCase(ctx.queryParam(name));
    }

    private static String prefix(Context ctx) {
        String value = ctx.queryParam("subjectPrefix");
        return value == null ? "" : SubjectName.plainPrefix(value);
    }

    private static Deleted deleted(Context ctx) {
        if (flag(ctx, "deletedOnly")) {
            return Deleted.ONLY;
        }
        return flag(ctx, "deleted") ? Deleted.INCLUDED : Deleted.EXCLUDED;
    }

    private static SchemaRegistry.Candidate candidate(Context ctx) {
        return SchemaRequest.parse(body(ctx), flag(ctx, "normalize"));
    }

    /** Returns the part of a list that {@code offset} and {@code limit} ask for. */
    private static <T> List<T> page(Context ctx, List<T> all) {
        int offset = Math.clamp(number(ctx, "offset", 0), 0, all.size());
        int limit = number(ctx, "limit", -1);
        int left = all.size() - offset;
        return all.subList(offset, offset + (limit < 0 ? left : Math.min(limit, left)));
    }

    private static int number(Context ctx, String name, int otherwise) {
        String value = ctx.queryParam(name);
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new RegistryException(
                    RegistryError.BAD_REQUEST, "'%s' is not a number".formatted(name));
        }
    }

    static JsonNode body(Context ctx) {
        return SchemaRequest.read(JSON, ctx);
    }
}
