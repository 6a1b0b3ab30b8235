package io.oxbow.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests that requests of the catalog wait for the log's end. */
class FreshCatalogTest {

    private final AtomicInteger ends = new AtomicInteger();
    private volatile boolean known = true;
    private final Javalin server =
            Javalin.create(
                            config -> {
                                config.startup.showJavalinBanner = false;
                                FreshCatalog.register(
                                        config,
                                        "/iceberg",
                                        limit -> {
                                            ends.incrementAndGet();
                                            return known;
                                        });
                                config.routes.get(
                                        "/iceberg/v1/config", context -> context.result("{}"));
                                config.routes.get("/tables", context -> context.result("[]"));
                            })
                    .start("127.0.0.1", 0);

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void eachRequestOfTheCatalogWaitsForTheEnd() throws Exception {
        assertThat(get("/iceberg/v1/config").statusCode()).isEqualTo(200);
        assertThat(ends).hasValue(1);
        assertThat(get("/tables").statusCode()).isEqualTo(200);
        assertThat(ends).hasValue(1);
    }

    /** Iceberg's clients try again what is answered 503: nothing was done. */
    @Test
    void requestIsNotServedFromAnOldImage() throws Exception {
        known = false;

        var answer = get("/iceberg/v1/config");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("ServiceUnavailableException").doesNotContain("{}");
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
