package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Plain requests to a node's Iceberg catalog, for bodies that no library would send. */
final class CatalogHttp implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newHttpClient();
    private final String root;

    CatalogHttp(OxbowProcess node) {
        this.root = "http://" + node.http() + "/iceberg/v1/";
    }

    HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(root + path))
                        .timeout(PATIENCE)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json")
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Sends a request that must be answered with {@code status}; returns the answer's body. */
    JsonNode send(String method, String path, String body, int status) throws Exception {
        HttpResponse<String> answer = send(method, path, body);
        assertThat(answer.statusCode())
                .as("%s %s %s: %s", method, path, body, answer.body())
                .isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    /** Posts a body that must be refused for what it says. */
    void refused(String path, String body) throws Exception {
        HttpResponse<String> answer = send("POST", path, body);
        assertThat(answer.statusCode()).as("%s %s: %s", path, body, answer.body()).isIn(400, 403);
        assertThat(answer.body()).contains("\"error\"");
    }

    static String quoted(String text) throws JsonProcessingException {
        return JSON.writeValueAsString(text);
    }

    @Override
    public void close() {
        client.close();
    }
}
