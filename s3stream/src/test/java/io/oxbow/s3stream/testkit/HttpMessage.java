package io.oxbow.s3stream.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Head of an HTTP/1.1 message as it was sent, with the length of its body.
 *
 * @param lines the first line and the headers, without line ends
 */
record HttpMessage(List<String> lines) {

    private static final int HEAD_SIZE_MAX = 64 << 10;
    private static final long UNTIL_CLOSED = -1;
    private static final long IN_CHUNKS = -2;

    /** Consumer of a body's bytes. */
    interface Sink {
        void accept(byte[] bytes, int count) throws IOException;
    }

    /** Reads the next message's head; empty where the connection ends. */
    static Optional<HttpMessage> read(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        int left = HEAD_SIZE_MAX;
        while (true) {
            String line = readLine(in, left);
            if (line == null) {
                if (lines.isEmpty()) {
                    return Optional.empty();
                }
                throw new EOFException("the connection ended within a head");
            }
            left -= line.length();
            if (line.isEmpty()) {
                return Optional.of(new HttpMessage(List.copyOf(lines)));
            }
            lines.add(line);
        }
    }

    private static String readLine(InputStream in, int sizeMax) throws IOException {
        var line = new ByteArrayOutputStream();
        while (line.size() <= sizeMax) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            if (next == '\n') {
                return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
            }
            line.write(next);
        }
        throw new IOException("the head is longer than " + HEAD_SIZE_MAX);
    }

    String firstLine() {
        return lines.getFirst();
    }

    Optional<String> header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return lines.stream()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .findFirst();
    }

    HttpMessage without(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return new HttpMessage(
                lines.stream()
                        .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(start))
                        .toList());
    }

    void write(OutputStream out) throws IOException {
        out.write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Returns the length of a request's body in bytes; 0 without one. */
    long requestBody() {
        return isChunked() ? IN_CHUNKS : length().orElse(0L);
    }

    /** Returns the length of an answer's body in bytes. */
    long answerBody(String requestMethod) {
        int status = status();
        if (requestMethod.equals("HEAD") || status == 204 || status == 304) {
            return 0;
        }
        return isChunked() ? IN_CHUNKS : length().orElse(UNTIL_CLOSED);
    }

    int status() {
        return Integer.parseInt(firstLine().split(" ")[1]);
    }

    private boolean isChunked() {
        return header("Transfer-Encoding").filter("chunked"::equalsIgnoreCase).isPresent();
    }

    private Optional<Long> length() {
        return header("Content-Length").map(Long::valueOf);
    }

    /** Copies a body of {@code length} bytes as it is, chunk heads included. */
    static void copyBody(InputStream in, long length, Sink sink) throws IOException {
        if (length == IN_CHUNKS) {
            copyChunks(in, sink);
        } else {
            copy(in, length == UNTIL_CLOSED ? Long.MAX_VALUE : length, length >= 0, sink);
        }
    }

    private static void copyChunks(InputStream in, Sink sink) throws IOException {
        while (true) {
            String head = readLine(in, HEAD_SIZE_MAX);
            if (head == null) {
                throw new EOFException("the connection ended within a body in chunks");
            }
            byte[] line = (head + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            sink.accept(line, line.length);
            long size = Long.parseLong(head.split(";")[0].strip(), 16);
            copy(in, size + 2, true, sink);
            if (size == 0) {
                return;
            }
        }
    }

    private static void copy(InputStream in, long length, boolean whole, Sink sink)
            throws IOException {
        byte[] buffer = new byte[64 << 10];
        for (long left = length; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                if (whole) {
                    throw new EOFException("the connection ended within a body");
                }
                return;
            }
            sink.accept(buffer, count);
            left -= count;
        }
    }
}
