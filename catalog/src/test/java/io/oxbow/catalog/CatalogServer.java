package io.oxbow.catalog;

import io.javalin.Javalin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.rest.RESTCatalog;

/** A catalog on a real server on loopback, mounted as a node mounts it. */
final class CatalogServer implements AutoCloseable {

    private final Javalin server;
    private final HttpClient client = HttpClient.newHttpClient();

    CatalogServer(PointerCatalog catalog) {
        server =
                Javalin.create(
                                config -> {
                                    config.concurrency.useVirtualThreads = true;
                                    config.startup.showJavalinBanner = false;
                                    CatalogRoutes.register(
                                            catalog,
                                            config,
                                            new CatalogRoutes.Settings(
                                                    "/iceberg", Map.of("greeting", "hello")));
                                })
                        .start("127.0.0.1", 0);
    }

    RESTCatalog connect(String name, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("uri", "http://127.0.0.1:" + server.port() + "/iceberg");
        all.put("io-impl", LocalFileIO.class.getName());
        RESTCatalog catalog = new RESTCatalog();
        catalog.initialize(name, all);
        return catalog;
    }

    HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + server.port() + "/iceberg" + path))
                        .method(method, BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json")
                        .build();
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            // The server closes a connection whose last request's body it did not want.
            return client.send(request, BodyHandlers.ofString());
        }
    }

    @Override
    public void close() {
        client.close();
        server.stop();
    }
}
