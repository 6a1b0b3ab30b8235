package io.oxbow.catalog;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.RESTRequest;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateNamespacePropertiesRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.apache.iceberg.rest.responses.LoadTableResponse;
import org.eclipse.jetty.http.UriCompliance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mounts Iceberg's REST catalog protocol on a Javalin server, without a prefix segment of its own.
 * Handlers block; run them on virtual threads.
 */
public final class CatalogRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogRoutes.class);
    private static final ObjectMapper JSON = mapper();

    /**
     * Largest body of a request, in bytes: a commit that rewrites a table of very many files is
     * large; more is an attack.
     */
    private static final int BODY_BYTES_MAX = 64 << 20;

    private static final List<HandlerType> METHODS =
            List.of(
                    HandlerType.GET,
                    HandlerType.POST,
                    HandlerType.PUT,
                    HandlerType.PATCH,
                    HandlerType.DELETE,
                    HandlerType.OPTIONS,
                    HandlerType.TRACE);

    /** Index of the namespace in {@code v1/namespaces/{namespace}/tables/{table}}. */
    private static final int NAMESPACE_SEGMENT = 2;

    private static final int TABLE_SEGMENT = 4;

    private static final String TABLES = "/v1/namespaces/{namespace}/tables";

    private final PointerCatalog catalog;
    private final JavalinConfig config;
    private final Settings settings;
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final Map<String, Set<HandlerType>> methods = new LinkedHashMap<>();

    /**
     * @param path that the API is under, e.g. {@code /iceberg}
     * @param clientDefaults properties that clients start from, e.g. how to reach the bucket
     */
    public record Settings(String path, Map<String, String> clientDefaults) {}

    /** Answers a request; null is an empty answer. */
    @FunctionalInterface
    private interface Action {
        @Nullable Object answer(Context ctx) throws Exception;
    }

    private CatalogRoutes(PointerCatalog catalog, JavalinConfig config, Settings settings) {
        this.catalog = catalog;
        this.config = config;
        this.settings = settings;
    }

    public static void register(PointerCatalog catalog, JavalinConfig config, Settings settings) {
        allowAnyName(config);
        CatalogRoutes routes = new CatalogRoutes(catalog, config, settings);
        routes.namespaces();
        routes.tables();
        routes.table();
        routes.onUnlisted(HandlerType.GET, "/v1/config", _ -> routes.config());
        routes.unsupported();
    }

    /** Allows any character in names: nested namespaces come with a control character. */
    private static void allowAnyName(JavalinConfig config) {
        config.jetty.modifyHttpConfiguration(http -> http.setUriCompliance(UriCompliance.UNSAFE));
        config.jetty.modifyServletContextHandler(
                context -> context.getServletHandler().setDecodeAmbiguousURIs(true));
    }

    private ConfigResponse config() {
        ConfigResponse.Builder response = ConfigResponse.builder().withEndpoints(endpoints);
        settings.clientDefaults().forEach(response::withDefault);
        return response.build();
    }

    private void namespaces() {
        on(
                Endpoint.V1_LIST_NAMESPACES,
                ctx -> {
                    Page page = Page.of(ctx);
                    return page.size() == null
                            ? CatalogHandlers.listNamespaces(catalog, parent(ctx))
                            : CatalogHandlers.listNamespaces(
                                    catalog, parent(ctx), page.token(), page.size());
                });
        on(
                Endpoint.V1_CREATE_NAMESPACE,
                ctx ->
                        CatalogHandlers.createNamespace(
                                catalog, body(ctx, CreateNamespaceRequest.class)));
        on(
                Endpoint.V1_LOAD_NAMESPACE,
                ctx -> CatalogHandlers.loadNamespace(catalog, namespace(ctx)));
        onNoContent(
                Endpoint.V1_NAMESPACE_EXISTS,
                ctx -> CatalogHandlers.namespaceExists(catalog, namespace(ctx)));
        onNoContent(
                Endpoint.V1_DELETE_NAMESPACE,
                ctx -> CatalogHandlers.dropNamespace(catalog, namespace(ctx)));
        on(
                Endpoint.V1_UPDATE_NAMESPACE,
                ctx ->
                        CatalogHandlers.updateNamespaceProperties(
                                catalog,
                                namespace(ctx),
                                body(ctx, UpdateNamespacePropertiesRequest.class)));
    }

    private void tables() {
        on(
                Endpoint.V1_LIST_TABLES,
                ctx -> {
                    Page page = Page.of(ctx);
                    return page.size() == null
                            ? CatalogHandlers.listTables(catalog, namespace(ctx))
                            : CatalogHandlers.listTables(
                                    catalog, namespace(ctx), page.token(), page.size());
                });
        on(
                Endpoint.V1_CREATE_TABLE,
                ctx -> {
                    CreateTableRequest request = body(ctx, CreateTableRequest.class);
                    catalog.namespaces().require(namespace(ctx));
                    return request.stageCreate()
                            ? stage(namespace(ctx), request)
                            : CatalogHandlers.createTable(catalog, namespace(ctx), request);
                });
        on(
                Endpoint.V1_REGISTER_TABLE,
                ctx -> {
                    catalog.namespaces().require(namespace(ctx));
                    return CatalogHandlers.registerTable(
                            catalog, namespace(ctx), body(ctx, RegisterTableRequest.class));
                });
        onNoContent(
                Endpoint.V1_RENAME_TABLE,
                ctx -> CatalogHandlers.renameTable(catalog, body(ctx, RenameTableRequest.class)));
    }

    /** Answers what a table would be, once its location is known to be one that it may have. */
    private LoadTableResponse stage(Namespace namespace, CreateTableRequest request) {
        String location = request.location();
        if (location != null) {
            catalog.folders().requireFree(catalog.folders().admitted(location), "");
        }
        return CatalogHandlers.stageTableCreate(catalog, namespace, request);
    }

    private void table() {
        on(
                Endpoint.V1_LOAD_TABLE,
                ctx -> CatalogHandlers.loadTable(catalog, table(ctx), snapshots(ctx)));
        onNoContent(
                Endpoint.V1_TABLE_EXISTS, ctx -> CatalogHandlers.tableExists(catalog, table(ctx)));
        on(
                Endpoint.V1_UPDATE_TABLE,
                ctx ->
                        CatalogHandlers.updateTable(
                                catalog, table(ctx), body(ctx, UpdateTableRequest.class)));
        onNoContent(
                Endpoint.V1_DELETE_TABLE,
                ctx -> {
                    if ("true".equalsIgnoreCase(ctx.queryParam("purgeRequested"))) {
                        CatalogHandlers.purgeTable(catalog, table(ctx));
                    } else {
                        CatalogHandlers.dropTable(catalog, table(ctx));
                    }
                });
        onNoContent(Endpoint.V1_REPORT_METRICS, _ -> {});
    }

    /** Answers requests of the specification that this catalog doesn't serve, and unknown ones. */
    private void unsupported() {
        for (HandlerType method : METHODS) {
            for (String path :
                    List.of(
                            "/v1/oauth/tokens",
                            "/v1/transactions/commit",
                            "/v1/namespaces/{namespace}/views",
                            "/v1/namespaces/{namespace}/views/{view}",
                            "/v1/views/rename",
                            TABLES + "/{table}/plan",
                            TABLES + "/{table}/plan/{plan}",
                            TABLES + "/{table}/tasks",
                            TABLES + "/{table}/credentials")) {
                onUnlisted(
                        method,
                        path,
                        ctx -> {
                            throw new UnsupportedOperationException(
                                    "This catalog does not support "
                                            + ctx.method()
                                            + " "
                                            + ctx.path());
                        });
            }
        }
        refuseOtherMethods();
        for (HandlerType method : METHODS) {
            for (String path : List.of("", "/<path>")) {
                onUnlisted(
                        method,
                        path,
                        ctx -> {
                            throw new NotFoundException(
                                    "No route for %s %s", ctx.method(), ctx.path());
                        });
            }
        }
    }

    private void refuseOtherMethods() {
        Map<String, Set<HandlerType>> known = new LinkedHashMap<>(methods);
        known.forEach((path, allowed) -> {
            for (HandlerType method : METHODS) {
                if (!allowed.contains(method)) {
                    onUnlisted(
                            method,
                            path,
                            ctx -> {
                                throw new MethodNotAllowedException(
                                        ctx.method() + " " + ctx.path());
                            });
                }
            }
        });
    }

    /** Returns the body of an error that the server gives for a request that no route answers. */
    public static byte[] errorBody(int status, String message) {
        try {
            return JSON.writeValueAsBytes(CatalogErrors.response(status, typeOf(status), message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String typeOf(int status) {
        return switch (status) {
            case 403 -> "ForbiddenException";
            case 404 -> "NotFoundException";
            case 503 -> "ServiceUnavailableException";
            default -> status < 500 ? "BadRequestException" : "ServerErrorException";
        };
    }

    private void on(Endpoint endpoint, Action action) {
        endpoints.add(endpoint);
        onUnlisted(
                HandlerType.findOrCreate(endpoint.httpMethod()),
                endpoint.path().replace("/{prefix}", ""),
                action);
    }

    @FunctionalInterface
    private interface Deed {
        void run(Context ctx) throws Exception;
    }

    private void onNoContent(Endpoint endpoint, Deed deed) {
        on(
                endpoint,
                ctx -> {
                    deed.run(ctx);
                    return null;
                });
    }

    private void onUnlisted(HandlerType method, String path, Action action) {
        methods.computeIfAbsent(path, _ -> new HashSet<>()).add(method);
        config.routes.addHttpHandler(method, settings.path() + path, ctx -> respond(ctx, action));
    }

    /**
     * Answers a request; the answer goes out as it is written, so that a long one is never held
     * whole.
     */
    private static void respond(Context ctx, Action action) throws IOException {
        Object answer;
        try {
            answer = action.answer(ctx);
            ctx.status(answer == null ? 204 : 200);
        } catch (StackOverflowError e) {
            ctx.status(400);
            answer = CatalogErrors.response(400, "BadRequestException", "It is nested too deep");
        } catch (Exception e) {
            int status = CatalogErrors.status(e);
            if (status >= 500) {
                LOG.error("catalog: {} {} failed", ctx.method(), ctx.path(), e);
            }
            ctx.status(status);
            if (status == 503) {
                ctx.header("Retry-After", "1");
            }
            answer =
                    CatalogErrors.response(
                            status, e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
        }
        if (answer != null && !ctx.method().equals(HandlerType.HEAD)) {
            ctx.contentType("application/json");
            JSON.writeValue(ctx.outputStream(), answer);
        }
    }

    private static <T extends RESTRequest> T body(Context ctx, Class<T> type) throws IOException {
        try (InputStream in = ctx.bodyInputStream()) {
            byte[] bytes = in.readNBytes(BODY_BYTES_MAX + 1);
            if (bytes.length > BODY_BYTES_MAX) {
                throw new BadRequestException("The request has more than %d bytes", BODY_BYTES_MAX);
            }
            T request = JSON.readValue(bytes, type);
            if (request == null) {
                throw new BadRequestException("The request has no body");
            }
            request.validate();
            return request;
        } catch (JsonProcessingException e) {
            throw new BadRequestException(e, "The request is malformed: %s", e.getMessage());
        } catch (NullPointerException | ClassCastException | IllegalStateException e) {
            // Iceberg's parsers expect what the specification requires to be there.
            throw new BadRequestException(e, "The request lacks something: %s", e.getMessage());
        }
    }

    private static Namespace parent(Context ctx) {
        String parent = ctx.queryParam("parent");
        return parent == null || parent.isEmpty() ? Namespace.empty() : namespace(parent);
    }

    private Namespace namespace(Context ctx) {
        return namespace(RawPath.segment(ctx, settings.path(), NAMESPACE_SEGMENT));
    }

    private static Namespace namespace(String decoded) {
        return Namespace.of(decoded.split("\u001f", -1));
    }

    private TableIdentifier table(Context ctx) {
        return TableIdentifier.of(
                namespace(ctx), RawPath.segment(ctx, settings.path(), TABLE_SEGMENT));
    }

    private static SnapshotMode snapshots(Context ctx) {
        return "refs".equalsIgnoreCase(ctx.queryParam("snapshots"))
                ? SnapshotMode.REFS
                : SnapshotMode.ALL;
    }

    /** Returns a mapper that is set up as Iceberg's own, which is not public. */
    private static ObjectMapper mapper() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
        mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
        mapper.setPropertyNamingStrategy(new PropertyNamingStrategies.KebabCaseStrategy());
        RESTSerializers.registerAll(mapper);
        return mapper;
    }
}
