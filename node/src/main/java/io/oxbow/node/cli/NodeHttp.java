package io.oxbow.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A client of a node's HTTP answers, about itself and its tables. */
public final class NodeHttp {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String address;
    private final Duration firstAnswer;
    private final Duration timeout;

    /**
     * @param firstAnswer how long {@link #requireCatalog} waits
     */
    NodeHttp(String address, Duration firstAnswer, Duration timeout) {
        this.address = address;
        this.firstAnswer = firstAnswer;
        this.timeout = timeout;
    }

    String catalogUri() {
        return "http://" + address + "/iceberg";
    }

    /** Returns the node's health, component by component. */
    public JsonNode node() throws InterruptedException {
        return find("/node", firstAnswer).orElseThrow(this::noNode);
    }

    /** Returns the cluster's nodes, as its leader knows them. */
    public JsonNode cluster() throws InterruptedException {
        return find("/cluster", firstAnswer).orElseThrow(this::noNode);
    }

    /** Returns what the balancer would do, as the leader knows it. */
    public JsonNode balance() throws InterruptedException {
        return find("/cluster/balance", firstAnswer).orElseThrow(this::noNode);
    }

    /** Has a node do what {@code path} names; empty when it says 404. */
    public Optional<JsonNode> post(String path) throws InterruptedException {
        return answer(
                request(path, timeout).POST(HttpRequest.BodyPublishers.noBody()).build(), timeout);
    }

    /** Throws unless a node's catalog answers: its clients would try again in silence. */
    public NodeHttp requireCatalog() throws InterruptedException {
        if (find("/iceberg/v1/config", firstAnswer).isEmpty()) {
            throw noNode();
        }
        return this;
    }

    /** Returns the ranges of a topic's records that the node found unreadable. */
    public List<JsonNode> damageOf(String topic) throws InterruptedException {
        List<JsonNode> ranges = new ArrayList<>();
        for (JsonNode range : find("/damage", firstAnswer).orElseThrow(this::noNode)) {
            if (range.path("topic").asText().equals(topic)) {
                ranges.add(range);
            }
        }
        return ranges;
    }

    public List<JsonNode> tables() throws InterruptedException {
        JsonNode all = find("/tables", firstAnswer).orElseThrow(this::noNode);
        if (!all.isArray()) {
            throw noNode();
        }
        List<JsonNode> tables = new ArrayList<>();
        all.forEach(tables::add);
        return tables;
    }

    /** Returns the document at {@code path}; empty when the node says 404. */
    public Optional<JsonNode> find(String path) throws InterruptedException {
        return find(path, timeout);
    }

    private Optional<JsonNode> find(String path, Duration patience) throws InterruptedException {
        return answer(request(path, patience).build(), patience);
    }

    private Optional<JsonNode> answer(HttpRequest request, Duration patience)
            throws InterruptedException {
        try (var client = HttpClient.newBuilder().connectTimeout(firstAnswer).build()) {
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return switch (response.statusCode()) {
                case 200 -> Optional.of(MAPPER.readTree(response.body()));
                case 404 -> Optional.empty();
                case 409 -> throw new CommandFailure(brief(response.body()));
                case 503 ->
                        throw CommandFailure.noAnswer(
                                "the node at %s is not ready: %s"
                                        .formatted(address, brief(response.body())),
                                null);
                default ->
                        throw new CommandFailure(
                                "%s answered %d: %s"
                                        .formatted(
                                                address,
                                                response.statusCode(),
                                                brief(response.body())));
            };
        } catch (JsonProcessingException e) {
            throw noNode();
        } catch (HttpConnectTimeoutException e) {
            throw failure("%s cannot be reached".formatted(address), e);
        } catch (HttpTimeoutException e) {
            throw failure(
                    "%s does not answer within %d s; a node that is starting answers soon"
                            .formatted(address, patience.toSeconds()),
                    e);
        } catch (ConnectException e) {
            throw failure(
                    isUnresolved(e)
                            ? "there is no host of %s".formatted(address)
                            : "nothing listens at %s".formatted(address),
                    e);
        } catch (IOException e) {
            throw failure("%s does not speak HTTP".formatted(address), e);
        }
    }

    private static boolean isUnresolved(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    private HttpRequest.Builder request(String path, Duration patience) {
        try {
            URI uri = URI.create("http://" + address + path);
            if (uri.getHost() != null && uri.getPort() > 0) {
                return HttpRequest.newBuilder(uri).timeout(patience);
            }
        } catch (IllegalArgumentException e) {
            // the same as an address without a port
        }
        throw CommandFailure.badArgument("--http %s is not HOST:PORT".formatted(address));
    }

    private static String brief(String body) {
        String line = body.strip().lines().findFirst().orElse("");
        return line.length() > 300 ? line.substring(0, 300) + " …" : line;
    }

    private CommandFailure noNode() {
        return failure("%s speaks HTTP, but is no Oxbow node".formatted(address), null);
    }

    private static CommandFailure failure(String what, @Nullable Throwable cause) {
        return CommandFailure.noAnswer(
                what + " (start a node with 'oxbow start', or name one with --http)", cause);
    }
}
