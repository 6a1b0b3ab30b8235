package io.oxbow.schema;

import io.javalin.Javalin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** A registry on a real server on loopback, mounted as a node mounts it. */
final class RegistryServer implements AutoCloseable {

    private final Javalin server;
    private final HttpClient client = HttpClient.newHttpClient();

    RegistryServer(SchemaLog log) {
        SchemaRegistry registry = SchemaRegistry.open(log);
        server =
                Javalin.create(
                                config -> {
                                    config.concurrency.useVirtualThreads = true;
                                    config.startup.showJavalinBanner = false;
                                    RegistryRoutes.register(registry, config, "/registry");
                                })
                        .start("127.0.0.1", 0);
    }

    String uri() {
        return "http://127.0.0.1:" + server.port() + "/registry";
    }

    /** Status, a space, and the body. */
    String call(String method, String path, String body) throws Exception {
        HttpResponse<String> response = send(method, path, body);
        return response.statusCode() + " " + response.body();
    }

    HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(uri() + path))
                        .method(method, BodyPublishers.ofString(body))
                        .header("Content-Type", RegistryRoutes.MEDIA_TYPE)
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
