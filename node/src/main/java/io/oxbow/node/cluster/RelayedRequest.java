package io.oxbow.node.cluster;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A client's request, in the form in which it goes to another node. Not thread-safe. */
final class RelayedRequest {

    /**
     * Headers of the connection between client and node, of the message's length, and of what the
     * client's own node has checked.
     */
    private static final Set<String> KEPT_BACK =
            Set.of(
                    "accept-encoding",
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "keep-alive",
                    "origin",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private static final String UNESCAPED =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?@!$&'()*+,;=%";

    private final Context context;
    private byte @Nullable [] body;

    RelayedRequest(Context context) {
        this.context = context;
    }

    Context context() {
        return context;
    }

    /** Returns true if the body has been read, and nobody else can read it. */
    boolean isRead() {
        byte[] read = body;
        return read != null && read.length > 0;
    }

    /** Returns the body, which the door has bounded. */
    byte[] body() {
        byte[] read = body;
        if (read == null) {
            try (InputStream in = context.bodyInputStream()) {
                read = in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            body = read;
        }
        return read;
    }

    /** Returns the client's headers that another node is meant to see. */
    Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>();
        context.headerMap()
                .forEach((name, value) -> {
                    if (!KEPT_BACK.contains(name.toLowerCase(Locale.ROOT))) {
                        headers.put(name, value);
                    }
                });
        return headers;
    }

    /** Returns path and query as the client encoded them, so that any URI can hold them. */
    String target() {
        String path = context.req().getRequestURI();
        String query = context.queryString();
        return escaped(query == null ? path : path + "?" + query);
    }

    /** Escapes what clients may send and a URI must not have. */
    private static String escaped(String text) {
        var out = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xFF);
            if (UNESCAPED.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append("%%%02X".formatted((int) c));
            }
        }
        return out.toString();
    }
}
