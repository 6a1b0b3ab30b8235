package io.oxbow.node.cluster;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/** Passes clients' requests on to another node over HTTP, and its answers back. Thread-safe. */
public final class HttpRelay implements AutoCloseable {

    /** Header of a request that was passed on: the incarnation of the process that is meant. */
    static final String CALLEE = "Oxbow-Callee";

    /** Header of an answer by which a process says that it has not served the request. */
    static final String NOT_SERVED = "Oxbow-Not-Served";

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Set<HandlerType> READS = Set.of(HandlerType.GET, HandlerType.HEAD);

    private final HttpClient forReads = client();

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
    }

    /** Outcome of passing a request on. */
    sealed interface Outcome {

        /** The client has the other node's answer. */
        record Answered() implements Outcome {}

        /** The request was surely not served. */
        record NotServed(String why) implements Outcome {}

        /** The request may have been served. */
        record Unknown(String why) implements Outcome {}
    }

    /**
     * Passes a request on.
     *
     * @param endpoint HOST:PORT
     * @param callee incarnation of the process that is meant: another may have its address by now
     */
    Outcome pass(RelayedRequest request, String endpoint, UUID callee) throws InterruptedException {
        if (isRepeatable(request)) {
            return pass(forReads, request, endpoint, callee);
        }
        // On a connection that was used before, and that the other side is closing, a write would
        // have no known outcome.
        try (HttpClient ofItsOwn = client()) {
            return pass(ofItsOwn, request, endpoint, callee);
        }
    }

    /** Returns true if a request only reads, and may be repeated when it got no answer. */
    static boolean isRepeatable(RelayedRequest request) {
        return READS.contains(request.context().method());
    }

    private static Outcome pass(
            HttpClient client, RelayedRequest request, String endpoint, UUID callee)
            throws InterruptedException {
        HttpResponse<InputStream> response;
        try {
            response =
                    client.send(
                            made(request, endpoint, callee),
                            HttpResponse.BodyHandlers.ofInputStream());
        } catch (ConnectException | HttpConnectTimeoutException e) {
            return new Outcome.NotServed(endpoint + " cannot be reached");
        } catch (IOException e) {
            return e.getCause() instanceof UnresolvedAddressException
                    ? new Outcome.NotServed(endpoint + " has no address")
                    : new Outcome.Unknown(String.valueOf(e.getMessage()));
        }
        return answer(request.context(), response);
    }

    private static HttpRequest made(RelayedRequest request, String endpoint, UUID callee) {
        var made =
                HttpRequest.newBuilder(URI.create("http://" + endpoint + request.target()))
                        .timeout(ANSWER);
        request.headers().forEach(made::setHeader);
        byte[] body = request.body();
        return made.setHeader(CALLEE, callee.toString())
                .method(
                        request.context().method().name(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    /** Passes an answer on as it comes, so that a long one is never held whole. */
    private static Outcome answer(Context context, HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            if (response.headers().firstValue(NOT_SERVED).isPresent()) {
                return new Outcome.NotServed("it is not there");
            }
            context.status(response.statusCode());
            response.headers().firstValue("Content-Type").ifPresent(context::contentType);
            response.headers()
                    .firstValue("Retry-After")
                    .ifPresent(value -> context.header("Retry-After", value));
            context.skipRemainingHandlers();
            body.transferTo(context.outputStream());
            return new Outcome.Answered();
        } catch (IOException e) {
            if (context.res().isCommitted()) {
                throw new UncheckedIOException(e);
            }
            return new Outcome.Unknown(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        forReads.shutdownNow();
    }
}
