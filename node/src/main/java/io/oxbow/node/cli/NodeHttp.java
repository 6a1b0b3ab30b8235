package io.oxbow.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node's answers over HTTP, about itself and its tables. */
final class NodeHttp {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String address;

    NodeHttp(String address) {
        this.address = address;
    }

    String catalogUri() {
        return "http://" + address + "/iceberg";
    }

    /** The node's health, component by component. */
    JsonNode node() throws InterruptedException {
        return get("/node");
    }

    List<JsonNode> tables() throws InterruptedException {
        List<JsonNode> tables = new ArrayList<>();
        get("/tables").forEach(tables::add);
        return tables;
    }

    JsonNode tableOf(String topic) throws InterruptedException {
        for (JsonNode table : tables()) {
            if (table.path("topic").asText().equals(topic)) {
                return table;
            }
        }
        throw new CommandFailure(
                "topic %s has no table; 'oxbow topic alter %s --config table.enable=true' gives it one"
                        .formatted(topic, topic));
    }

    private JsonNode get(String path) throws InterruptedException {
        return find(path)
                .orElseThrow(() -> new CommandFailure("%s knows no %s".formatted(address, path)));
    }

    /** What is at {@code path}; empty when the node says 404. */
    Optional<JsonNode> find(String path) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://" + address + path))
                        .timeout(Duration.ofSeconds(20))
                        .build();
        try (var client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return switch (response.statusCode()) {
                case 200 -> Optional.of(MAPPER.readTree(response.body()));
                case 404 -> Optional.empty();
                default ->
                        throw new CommandFailure(
                                "%s answered %d: %s"
                                        .formatted(
                                                address, response.statusCode(), response.body()));
            };
        } catch (IOException e) {
            throw new CommandFailure(
                    "no answer from %s; is a node running there? ('oxbow start', or --http)"
                            .formatted(address),
                    e);
        }
    }
}
