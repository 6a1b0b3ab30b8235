package io.oxbow.s3stream.store.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * HTTP client of the SDK that answers requests from a script, in order, and keeps them. For one
 * thread.
 */
final class ScriptedHttp implements SdkHttpClient {

    private record Answer(int status, Supplier<Map<String, String>> headers, String body) {}

    private final Deque<Answer> script = new ArrayDeque<>();
    final List<SdkHttpRequest> requests = new ArrayList<>();
    final List<String> bodies = new ArrayList<>();

    ScriptedHttp answer(int status, String body) {
        return answer(status, Map.of(), body);
    }

    ScriptedHttp answer(int status, Map<String, String> headers, String body) {
        return answer(status, () -> headers, body);
    }

    /** Adds an answer with headers that depend on the requests until then. */
    ScriptedHttp answer(int status, Supplier<Map<String, String>> headers, String body) {
        script.add(new Answer(status, headers, body));
        return this;
    }

    ScriptedHttp error(int status, String code) {
        return answer(
                status,
                Map.of("Content-Type", "application/xml"),
                "<Error><Code>%s</Code><Message>m</Message></Error>".formatted(code));
    }

    /** Adds a connection that breaks after the request was sent. */
    ScriptedHttp breakConnection() {
        return answer(-1, "");
    }

    boolean isDone() {
        return script.isEmpty();
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                return respond(request);
            }

            @Override
            public void abort() {}
        };
    }

    private HttpExecuteResponse respond(HttpExecuteRequest request) throws IOException {
        requests.add(request.httpRequest());
        var content = request.contentStreamProvider();
        bodies.add(
                content.isEmpty()
                        ? ""
                        : new String(
                                content.get().newStream().readAllBytes(),
                                StandardCharsets.ISO_8859_1));
        Answer answer = script.remove();
        if (answer.status < 0) {
            throw new IOException("connection reset");
        }
        var response = SdkHttpFullResponse.builder().statusCode(answer.status);
        response.putHeader("Content-Length", String.valueOf(answer.body.length()));
        answer.headers.get().forEach(response::putHeader);
        var body = new ByteArrayInputStream(answer.body.getBytes(StandardCharsets.ISO_8859_1));
        return HttpExecuteResponse.builder()
                .response(response.build())
                .responseBody(AbortableInputStream.create(body))
                .build();
    }

    @Override
    public void close() {}
}
