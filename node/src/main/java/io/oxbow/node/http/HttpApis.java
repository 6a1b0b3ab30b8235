package io.oxbow.node.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.catalog.CatalogRoutes;
import io.oxbow.schema.RegistryRoutes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The APIs that the node serves over HTTP. */
final class HttpApis {

    static final String REGISTRY = "/registry";
    static final String CATALOG = "/iceberg";

    private static final String JSON = "application/json";

    /**
     * Memory of a parsed request of the registry, as a multiple of its body: a schema's parsed form
     * is many objects.
     */
    private static final int REGISTRY_EXPANSION = 32;

    private static final int CATALOG_EXPANSION = 16;

    /**
     * Largest body of a request of the registry: a schema of the largest size, each of its
     * characters escaped, and its references.
     */
    private static final int REGISTRY_BODY_MAX = 7 << 20;

    private static final int CATALOG_BODY_MAX = 64 << 20;
    private static final int OTHER_BODY_MAX = 64 << 10;

    private final List<HttpApi> apis =
            List.of(
                    new HttpApi(
                            REGISTRY,
                            RegistryRoutes.BODY_TYPES,
                            REGISTRY_BODY_MAX,
                            REGISTRY_EXPANSION,
                            new Errors(RegistryRoutes.MEDIA_TYPE, RegistryRoutes::errorBody)),
                    new HttpApi(
                            CATALOG,
                            Set.of(JSON),
                            CATALOG_BODY_MAX,
                            CATALOG_EXPANSION,
                            new Errors(JSON, CatalogRoutes::errorBody)));

    private final HttpApi other =
            new HttpApi("", Set.of(JSON), OTHER_BODY_MAX, 1, new Errors(JSON, HttpApis::errorBody));

    /** Returns the API that a path belongs to. */
    HttpApi of(@Nullable String path) {
        if (path != null) {
            for (HttpApi api : apis) {
                if (api.covers(path)) {
                    return api;
                }
            }
        }
        return other;
    }

    @FunctionalInterface
    private interface Format {
        byte[] body(int status, String message);
    }

    private record Errors(String contentType, Format format) implements HttpApi.ErrorBodies {
        @Override
        public byte[] body(int status, String message) {
            return format.body(status, message);
        }
    }

    private static byte[] errorBody(int status, String message) {
        try {
            return new ObjectMapper().writeValueAsBytes(Map.of("status", status, "error", message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
