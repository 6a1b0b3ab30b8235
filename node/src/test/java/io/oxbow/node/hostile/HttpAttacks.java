package io.oxbow.node.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Attacks of hostile clients on the HTTP listener: on the registry and the catalog. */
final class HttpAttacks {

    private static final String REGISTRY = "application/vnd.schemaregistry.v1+json";
    private static final String SUBJECTS = "/registry/subjects/";
    private static final String NAMESPACES = "/iceberg/v1/namespaces";

    private HttpAttacks() {}

    static Map<String, Attack> all() {
        return Map.of(
                "bodies of spaces",
                HttpAttacks::spaces,
                "wide schemas",
                (t, random) -> schemas(t, random, wide(random.nextInt(1, 60_000))),
                "deep schemas",
                (t, random) -> schemas(t, random, deep(random.nextInt(1, 100_000))),
                "self-multiplying schemas",
                (t, random) -> schemas(t, random, multiplying(random.nextInt(2, 60))),
                "catalog bodies",
                HttpAttacks::catalog,
                "http connections",
                HttpAttacks::connections);
    }

    /** Fails if what the attacks send would be turned away unread, by its path or type. */
    static void requireReached(Target target) throws IOException {
        requireReached(
                target, SUBJECTS + "reached/versions", REGISTRY, "{\"schema\":\"\\\"int\\\"\"}");
        requireReached(target, NAMESPACES, "application/json", "{\"namespace\":[\"reached\"]}");
    }

    private static void requireReached(Target target, String path, String type, String body)
            throws IOException {
        try (var socket = target.http()) {
            socket.getOutputStream().write(request(path, type, body.length()));
            socket.getOutputStream().write(body.getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readNBytes(12), UTF_8);
            if (!answer.equals("HTTP/1.1 200")) {
                throw new IllegalStateException("POST %s: %s".formatted(path, answer));
            }
        }
    }

    private static byte[] request(String path, String type, long length) {
        return """
        POST %s HTTP/1.1\r
        Host: localhost\r
        Content-Type: %s\r
        Content-Length: %d\r
        \r
        """
                .formatted(path, type, length)
                .getBytes(UTF_8);
    }

    /** Sends bodies that hold nothing, some of them announced larger than they will ever be. */
    private static void spaces(Target target, RandomGenerator random)
            throws IOException, InterruptedException {
        byte[] spaces = " ".repeat(1 << 20).getBytes(UTF_8);
        try (var sockets = new Sockets()) {
            for (int i = random.nextInt(1, 65); i > 0; i--) {
                long length = random.nextLong(1, 100L << 20);
                var socket = sockets.add(target.http());
                socket.getOutputStream()
                        .write(request(SUBJECTS + "spaces/versions", REGISTRY, length));
                sockets.write(socket, spaces, random.nextInt((int) (length >> 20) + 2));
            }
            target.hold(random.nextLong(500, 6_000));
        }
    }

    private static void schemas(Target target, RandomGenerator random, String schema)
            throws IOException, InterruptedException {
        String text = schema.replace("\\", "\\\\").replace("\"", "\\\"");
        post(
                target,
                random,
                SUBJECTS + "hostile" + random.nextInt(20) + "/versions",
                REGISTRY,
                "{\"schema\":\"" + text + "\"}");
    }

    private static void post(
            Target target, RandomGenerator random, String path, String type, String text)
            throws IOException, InterruptedException {
        byte[] body = text.getBytes(UTF_8);
        try (var sockets = new Sockets()) {
            for (int i = random.nextInt(1, 17); i > 0; i--) {
                var socket = sockets.add(target.http());
                socket.getOutputStream().write(request(path, type, body.length));
                sockets.write(socket, body, 1);
            }
            target.hold(random.nextLong(200, 4_000));
        }
    }

    private static String wide(int fields) {
        var schema = new StringBuilder("{\"type\":\"record\",\"name\":\"W\",\"fields\":[");
        for (int i = 0; i < fields; i++) {
            schema.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"f")
                    .append(i)
                    .append("\",\"type\":[\"null\",\"long\"]}");
        }
        return schema.append("]}").toString();
    }

    private static String deep(int depth) {
        return "{\"type\":\"array\",\"items\":".repeat(depth) + "\"int\"" + "}".repeat(depth);
    }

    /** Each record has the one before it twice: written once each, they become two to the n. */
    private static String multiplying(int records) {
        String schema = "\"long\"";
        for (int i = 0; i < records; i++) {
            schema =
                    """
                    {"type":"record","name":"R%d","fields":[{"name":"a","type":%s},{"name":"b","type":"%s"}]}\
                    """
                            .formatted(i, schema, i == 0 ? "long" : "R" + (i - 1));
        }
        return schema;
    }

    /** Creates a namespace with too many, or too deeply nested, properties. */
    private static void catalog(Target target, RandomGenerator random)
            throws IOException, InterruptedException {
        int depth = random.nextInt(1, 500_000);
        String properties =
                random.nextBoolean()
                        ? "[".repeat(depth) + "]".repeat(depth)
                        : "{" + "\"p\":\"v\",".repeat(depth) + "\"q\":\"v\"}";
        post(
                target,
                random,
                NAMESPACES,
                "application/json",
                "{\"namespace\":[\"hostile\"],\"properties\":" + properties + "}");
    }

    /** Opens as many connections as possible, each with the beginning of a request. */
    private static void connections(Target target, RandomGenerator random)
            throws IOException, InterruptedException {
        byte[] head = "GET /registry/subjects HTTP/1.1\r\nHost: localhost\r\nX: ".getBytes(UTF_8);
        byte[] much = "x".repeat(7_000).getBytes(UTF_8);
        try (var sockets = new Sockets()) {
            for (int i = 0; i < 2_000 && !target.isOver(); i++) {
                var socket = sockets.add(target.http());
                socket.getOutputStream().write(head);
                sockets.write(socket, much, 1);
            }
            target.hold(random.nextLong(1_000, 10_000));
        }
    }
}
