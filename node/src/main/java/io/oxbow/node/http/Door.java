package io.oxbow.node.http;

import io.oxbow.broker.processor.ProcessorThreads;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.memory.FairShare;
import io.oxbow.s3stream.memory.MemoryBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The handler before all routes: checks each request's host and origin, and bounds the memory of
 * all requests together. Decision 0019 says why.
 */
final class Door extends Handler.Wrapper {

    /**
     * Path of the probes, which are answered while the node is busy; their answers take next to
     * nothing.
     */
    private static final String HEALTH = "/health/";

    /**
     * Memory of a request beside its body, in bytes: buffers, a stack, the reply's part that is not
     * sent yet.
     */
    private static final long REQUEST_BYTES = 128 << 10;

    /**
     * Largest body, in bytes, whose request runs on a virtual thread. It cannot keep a processor,
     * and with it the virtual threads of Kafka's clients, busy for long.
     */
    private static final long LIGHT_BYTES_MAX = 16 << 10;

    private static final long PATIENCE_MILLIS = 5_000;
    private static final long BODY_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final String RETRY_AFTER_SECONDS = "5";

    private final RequestCheck check;
    private final HttpApis apis;
    private final MemoryBudget budget;
    private final ProcessorThreads heavy;
    private final Component health;

    /**
     * Creates the door.
     *
     * @param heavy threads for requests with a large body
     * @param health counts requests that ended by what nobody expected
     */
    Door(
            KnownHosts hosts,
            HttpApis apis,
            MemoryBudget budget,
            ProcessorThreads heavy,
            Component health) {
        this.check = new RequestCheck(hosts);
        this.apis = apis;
        this.budget = budget;
        this.heavy = heavy;
        this.health = health;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = request.getHttpURI().getCanonicalPath();
        HttpApi api = apis.of(path);
        var memory = new RequestMemory(budget.fairShare(), PATIENCE_MILLIS);
        try {
            check.check(request, api);
            requireKnownMethod(request);
            if (path == null || !path.startsWith(HEALTH)) {
                memory.reserve(REQUEST_BYTES);
            }
            boolean hasBody = RequestCheck.hasBody(request);
            List<ByteBuffer> body = hasBody ? body(request, api, memory) : List.of();
            Request bounded = hasBody ? new WithBody(request, body) : request;
            Request.addCompletionListener(request, _ -> ended(request, response, memory));
            if (bytes(body) <= LIGHT_BYTES_MAX) {
                return super.handle(bounded, response, callback);
            }
            String client = request.getConnectionMetaData().getId();
            return heavy.run(client, () -> super.handle(bounded, response, callback));
        } catch (Refusal refusal) {
            memory.release();
            refuse(response, api, refusal, callback);
            return true;
        } catch (IOException gone) {
            // The client went away while it sent.
            memory.release();
            callback.failed(gone);
            return true;
        } catch (RuntimeException | Error unexpected) {
            memory.release();
            health.unexpected("a request, before its route", unexpected);
            throw unexpected;
        }
    }

    /** Gives a request's memory back; Jetty would keep to itself what its listener throws. */
    private void ended(Request request, Response response, RequestMemory memory) {
        try {
            memory.release();
            countFailed(request, response);
        } catch (RuntimeException | Error e) {
            health.unexpected("a request's end", e);
        }
    }

    /**
     * Counts an answer of 500. A route gives that answer for an error that it did not foresee, and
     * the registry, as Confluent's, for a log that fails.
     */
    private void countFailed(Request request, Response response) {
        if (response.getStatus() == HttpStatus.INTERNAL_SERVER_ERROR_500) {
            health.unexpected(
                    request.getMethod() + " " + request.getHttpURI().getCanonicalPath(),
                    new IllegalStateException("answered 500; the route's own log says why"));
        }
    }

    private static void requireKnownMethod(Request request) throws Refusal {
        if (HttpMethod.fromString(request.getMethod()) == null) {
            throw new Refusal(501, "Unknown method " + request.getMethod());
        }
    }

    private List<ByteBuffer> body(Request request, HttpApi api, RequestMemory memory)
            throws Refusal, IOException, InterruptedException {
        long most =
                Math.min(
                        api.bodyBytesMax(),
                        (FairShare.bytesMax(budget) - REQUEST_BYTES) / api.expansion());
        return RequestBody.read(request, api, most, memory, BODY_NANOS);
    }

    private static long bytes(List<ByteBuffer> body) {
        return body.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    private static void refuse(Response response, HttpApi api, Refusal refusal, Callback callback) {
        response.setStatus(refusal.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, api.errors().contentType());
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        if (refusal.status() == 503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        byte[] body = api.errors().body(refusal.status(), refusal.text());
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** A request whose body has been read. */
    private static final class WithBody extends Request.Wrapper {

        private final Content.Source body;

        WithBody(Request request, List<ByteBuffer> body) {
            super(request);
            this.body = Content.Source.from(body.toArray(ByteBuffer[]::new));
        }

        @Override
        public Content.Chunk read() {
            return body.read();
        }

        @Override
        public void demand(Runnable ready) {
            body.demand(ready);
        }

        @Override
        public void fail(Throwable failure) {
            body.fail(failure);
        }

        @Override
        public boolean consumeAvailable() {
            return true;
        }
    }
}
