package io.oxbow.s3stream.testkit;

import io.oxbow.s3stream.testkit.GatewayFaults.Request;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One client's connection through a {@link FaultyGateway}. For one thread. */
final class GatewayConnection {

    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

    private final FaultyGateway gateway;
    private final Socket client;

    GatewayConnection(FaultyGateway gateway, Socket client) {
        this.gateway = gateway;
        this.client = client;
    }

    void run() {
        try (client) {
            gateway.opened(client);
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream(), 64 << 10);
            boolean open = true;
            while (open) {
                Optional<HttpMessage> head = HttpMessage.read(in);
                open = head.isPresent() && exchange(head.get(), in);
            }
        } catch (IOException e) {
            // The client or the store has gone: so will the connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            gateway.ended(client);
        }
    }

    /** Passes one request and its answer; false if the connection is to end. */
    private boolean exchange(HttpMessage head, InputStream in)
            throws IOException, InterruptedException {
        String[] words = head.firstLine().split(" ");
        var request = new Request(words[0], words[1]);
        FaultyGateway.Fate fate = gateway.fateOf(request);
        if (head.header("Expect").isPresent()) {
            client.getOutputStream().write(CONTINUE.getBytes(StandardCharsets.ISO_8859_1));
        }
        HttpMessage plain = head.without("Expect");
        GatewayFaults faults = fate.faults();
        Thread.sleep(faults.delay());
        return switch (fate.fault().orElse(null)) {
            case null -> forward(request, plain, in, faults, false);
            case CUT_ANSWER -> forward(request, plain, in, faults, true);
            case SLOW_DOWN -> {
                swallow(plain, in);
                yield answerError(request, 503, "Slow Down", "SlowDown");
            }
            case BLACK_HOLE -> {
                swallow(plain, in);
                gateway.awaitChange(faults);
                yield false;
            }
            case LATE -> {
                byte[] body = swallow(plain, in);
                gateway.awaitChange(faults);
                deliver(request, plain, body);
                yield false;
            }
            case LOSE_ANSWER -> {
                deliver(request, plain, swallow(plain, in));
                yield false;
            }
            case ERROR_AFTER_ALL -> {
                deliver(request, plain, swallow(plain, in));
                yield answerError(request, 500, "Internal Server Error", "InternalError");
            }
            case CUT_REQUEST -> {
                sendHalf(request, plain, swallow(plain, in));
                yield false;
            }
        };
    }

    /**
     * Passes a request on and its answer back.
     *
     * @param cut only half of the answer's body
     */
    private boolean forward(
            Request request, HttpMessage head, InputStream in, GatewayFaults faults, boolean cut)
            throws IOException {
        try (Socket store = gateway.connect()) {
            var out = new BufferedOutputStream(store.getOutputStream(), 64 << 10);
            head.write(out);
            HttpMessage.copyBody(in, head.requestBody(), throttled(out, faults));
            out.flush();
            gateway.passed(request);
            InputStream answers = new BufferedInputStream(store.getInputStream(), 64 << 10);
            HttpMessage answer = readAnswer(answers);
            var back = new BufferedOutputStream(client.getOutputStream(), 64 << 10);
            answer.write(back);
            long length = answer.answerBody(request.method());
            if (cut) {
                byte[] body = bytes(answers, length);
                back.write(body, 0, body.length / 2);
                back.flush();
                return false;
            }
            back.flush();
            HttpMessage.copyBody(answers, length, throttled(back, faults));
            back.flush();
            return length >= 0 || answer.header("Transfer-Encoding").isPresent();
        }
    }

    private static HttpMessage readAnswer(InputStream in) throws IOException {
        while (true) {
            HttpMessage answer =
                    HttpMessage.read(in)
                            .orElseThrow(() -> new IOException("the store gave no answer"));
            if (answer.status() >= 200) {
                return answer;
            }
        }
    }

    /** Passes a request to the store and drops the answer. */
    private void deliver(Request request, HttpMessage head, byte[] body) throws IOException {
        try (Socket store = gateway.connect()) {
            OutputStream out = store.getOutputStream();
            head.write(out);
            out.write(body);
            gateway.passed(request);
            InputStream in = new BufferedInputStream(store.getInputStream());
            bytes(in, readAnswer(in).answerBody(request.method()));
        }
    }

    private void sendHalf(Request request, HttpMessage head, byte[] body) throws IOException {
        try (Socket store = gateway.connect()) {
            OutputStream out = store.getOutputStream();
            head.write(out);
            out.write(body, 0, body.length / 2);
            gateway.passed(request);
        }
    }

    private static byte[] swallow(HttpMessage head, InputStream in) throws IOException {
        return bytes(in, head.requestBody());
    }

    private static byte[] bytes(InputStream in, long length) throws IOException {
        var bytes = new ByteArrayOutputStream();
        HttpMessage.copyBody(in, length, (buffer, count) -> bytes.write(buffer, 0, count));
        return bytes.toByteArray();
    }

    private boolean answerError(Request request, int status, String reason, String code)
            throws IOException {
        String body =
                request.method().equals("HEAD")
                        ? ""
                        : "<Error><Code>%s</Code><Message>by the faulty gateway</Message></Error>"
                                .formatted(code);
        String answer =
                "HTTP/1.1 %d %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(status, reason, body.length(), body);
        client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        return true;
    }

    private static HttpMessage.Sink throttled(OutputStream out, GatewayFaults faults) {
        return (bytes, count) -> {
            out.write(bytes, 0, count);
            if (faults.bytesPerSecond() == Long.MAX_VALUE) {
                return;
            }
            out.flush();
            try {
                Thread.sleep(count * 1000L / faults.bytesPerSecond());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        };
    }
}
