package io.oxbow.s3stream.testkit.oss;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Request as it arrived.
 *
 * @param host without a port
 * @param key empty when it is about the bucket
 * @param parameters of the query, decoded; those without a value have an empty one
 * @param headers by lower-case name
 */
public record OssRequest(
        String method,
        String host,
        String bucket,
        String key,
        SortedMap<String, String> parameters,
        SortedMap<String, String> headers,
        byte[] body) {

    static OssRequest read(HttpExchange exchange, String domain) throws IOException {
        SortedMap<String, String> headers = new TreeMap<>();
        for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
            headers.put(header.getKey().toLowerCase(), String.join(",", header.getValue()));
        }
        String host = headers.getOrDefault("host", "").replaceAll(":[0-9]+$", "");
        String path = decoded(exchange.getRequestURI().getRawPath()).substring(1);
        boolean bucketInHost = host.endsWith("." + domain);
        int slash = path.indexOf('/');
        String bucket =
                bucketInHost
                        ? host.substring(0, host.length() - domain.length() - 1)
                        : slash < 0 ? path : path.substring(0, slash);
        String key = bucketInHost ? path : slash < 0 ? "" : path.substring(slash + 1);
        return new OssRequest(
                exchange.getRequestMethod(),
                host,
                bucket,
                key,
                parameters(exchange.getRequestURI().getRawQuery()),
                headers,
                exchange.getRequestBody().readAllBytes());
    }

    private static SortedMap<String, String> parameters(String query) {
        SortedMap<String, String> parameters = new TreeMap<>();
        if (query != null && !query.isEmpty()) {
            for (String pair : query.split("&")) {
                int equals = pair.indexOf('=');
                parameters.put(
                        decoded(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    public boolean has(String parameter) {
        return parameters.containsKey(parameter);
    }

    public String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    OssOperation operation() {
        return OssOperation.of(this);
    }
}
