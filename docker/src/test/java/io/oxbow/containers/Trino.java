package io.oxbow.containers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** Asks a Trino server by its HTTP protocol: a statement, then page after page of its result. */
final class Trino {

    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final URI statements;

    Trino(String host, int port) {
        this.statements = URI.create("http://%s:%d/v1/statement".formatted(host, port));
    }

    /** Returns all rows; throws with Trino's message when the query fails. */
    List<JsonNode> query(String sql) throws IOException, InterruptedException {
        List<JsonNode> rows = new ArrayList<>();
        JsonNode page =
                send(
                        HttpRequest.newBuilder(statements)
                                .header("X-Trino-User", "test")
                                .POST(HttpRequest.BodyPublishers.ofString(sql)));
        while (true) {
            if (page.has("error")) {
                throw new IOException(page.path("error").path("message").asText());
            }
            page.path("data").forEach(rows::add);
            if (!page.has("nextUri")) {
                return rows;
            }
            page = send(HttpRequest.newBuilder(URI.create(page.path("nextUri").asText())));
        }
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("HTTP status " + response.statusCode());
        }
        return json.readTree(response.body());
    }
}
