package io.oxbow.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests as odd clients send them: names in every encoding, parts of lists, unknown routes. */
final class CatalogRequestsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path directory;
    private CatalogServer server;

    @BeforeEach
    void start() {
        server =
                new CatalogServer(
                        new PointerCatalog(
                                new PointerCatalog.Settings(
                                        "oxbow", directory.toUri().toString(), Map.of()),
                                new InMemoryTablePointers(),
                                new LocalFileIO()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void create(String... namespace) throws Exception {
        String body = JSON.writeValueAsString(Map.of("namespace", namespace));
        assertThat(server.send("POST", "/v1/namespaces", body).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "a b,a+b",
        "a b,a%20b",
        "a+b,a%2Bb",
        "a/b,a%2Fb",
        "a%b,a%25b",
        "a;b,a%3Bb",
        "ü,%C3%BC",
        "..,%2E%2E",
        "a?b,a%3Fb",
        "a#b,a%23b",
        "x.y,x.y",
        "😀,%F0%9F%98%80"
    })
    void nameIsDecodedAsClientsEncodeIt(String name, String encoded) throws Exception {
        create(name);
        HttpResponse<String> loaded = server.send("GET", "/v1/namespaces/" + encoded, "");
        assertThat(loaded.statusCode()).as(loaded.body()).isEqualTo(200);
        assertThat(JSON.readTree(loaded.body()).path("namespace").path(0).asText()).isEqualTo(name);
    }

    @Test
    void levelsOfANamespaceAreParted() throws Exception {
        create("a");
        create("a", "b c");
        assertThat(server.send("GET", "/v1/namespaces/a%1Fb+c", "").statusCode()).isEqualTo(200);
        assertThat(server.send("GET", "/v1/namespaces?parent=a", "").body()).contains("b c");
    }

    @ParameterizedTest
    @CsvSource({
        "pageToken=-1&pageSize=1,400",
        "pageToken=-1,400",
        "pageToken=x&pageSize=1,400",
        "pageToken=99&pageSize=1,200",
        "pageSize=0,400",
        "pageSize=-5,400",
        "pageSize=x,400",
        "pageSize=99999999999,400",
        "pageToken=2147483647&pageSize=2147483647,400",
        "pageToken=&pageSize=1,200",
        "pageToken=1&pageSize=10,200",
        "pageToken=,200"
    })
    void partOfAListIsChecked(String query, int status) throws Exception {
        create("a");
        create("b");
        HttpResponse<String> response = server.send("GET", "/v1/namespaces?" + query, "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        response = server.send("GET", "/v1/namespaces/a/tables?" + query, "");
        assertThat(response.statusCode()).as(response.body()).isIn(status, 400);
    }

    @ParameterizedTest
    @CsvSource({
        "POST,'',404",
        "GET,/,404",
        "PUT,/v1/namespaces,405",
        "PATCH,/v1/config,405",
        "OPTIONS,/v1/namespaces/a,405",
        "PUT,/v1/nothing,404",
        "GET,/v1/tables/rename,405",
        "POST,/v1/oauth/tokens,406",
        "GET,/v2/config,404"
    })
    void unknownRouteIsAnsweredInTheCatalogsFormat(String method, String path, int status)
            throws Exception {
        HttpResponse<String> response = server.send(method, path, "{}");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(response.body()).path("error").path("code").asInt())
                .isEqualTo(status);
    }

    @Test
    void noInputMakesAServerError() throws Exception {
        var random = new Random(3);
        create("n");
        for (int i = 0; i < 600; i++) {
            String method = pick(random, List.of("GET", "POST", "DELETE", "HEAD", "PUT"));
            String path = path(random);
            String body = pick(random, BODIES);
            HttpResponse<String> response = server.send(method, path, body);
            String what = method + " " + path + " " + body + " -> " + response.body();
            assertThat(response.statusCode()).as(what).isLessThan(500);
            // What the HTTP server refuses before a route, the node's door answers.
            boolean routed = !response.body().isEmpty() && !response.body().startsWith("<");
            if (response.statusCode() >= 400 && routed) {
                JsonNode error = JSON.readTree(response.body()).path("error");
                assertThat(error.path("code").asInt()).as(what).isEqualTo(response.statusCode());
            }
        }
    }

    private static final List<String> SEGMENTS =
            List.of(
                    "namespaces",
                    "tables",
                    "n",
                    "t",
                    "config",
                    "register",
                    "metrics",
                    "properties",
                    "rename",
                    "views",
                    "plan",
                    "%1F",
                    "a%1Fb",
                    "%00",
                    "%2F",
                    "+",
                    "..",
                    "%2e%2e",
                    "%F0%9F%98%80",
                    "%C0%80",
                    ";x",
                    "%25",
                    "a%1F",
                    "%1Fa");

    private static final List<String> QUERIES =
            List.of(
                    "pageToken",
                    "pageSize",
                    "parent",
                    "purgeRequested",
                    "snapshots",
                    "warehouse",
                    "planId");

    private static final List<String> VALUES =
            List.of("", "-1", "0", "1", "x", "%1F", "a%1F", "true", "all", "99999999999", "%00");

    private static final List<String> BODIES =
            List.of(
                    "",
                    "null",
                    "[]",
                    "1",
                    "{}",
                    "{",
                    "{\"namespace\":null}",
                    "{\"namespace\":[]}",
                    "{\"namespace\":[null]}",
                    "{\"namespace\":\"x\"}",
                    "{\"namespace\":[\"\"]}",
                    "{\"namespace\":[\"q\"],\"properties\":{\"a\":null}}",
                    "{\"name\":null}",
                    "{\"name\":\"t\",\"schema\":null}",
                    "{\"name\":\"t\",\"schema\":{}}",
                    "{\"name\":\"t\",\"schema\":{\"type\":\"struct\",\"fields\":[null]}}",
                    "{\"name\":\"t\",\"schema\":{\"type\":\"struct\",\"fields\":[{\"id\":1E2147483649,\"name\":\"a\",\"type\":\"int\",\"required\":false}]}}",
                    "{\"name\":\"t\",\"metadata-location\":\"nowhere\"}",
                    "{\"removals\":[\"a\"],\"updates\":{\"a\":\"b\"}}",
                    "{\"removals\":[null]}",
                    "{\"requirements\":[],\"updates\":[]}",
                    "{\"requirements\":[{}],\"updates\":[{}]}",
                    "{\"requirements\":[null],\"updates\":[{\"action\":\"x\"}]}",
                    "{\"source\":{\"namespace\":[\"n\"],\"name\":\"t\"},\"destination\":{\"namespace\":[\"n\"],\"name\":\"\"}}",
                    "{\"source\":null,\"destination\":null}",
                    "{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}");

    private static String path(Random random) {
        var path = new StringBuilder("/v1");
        if (random.nextInt(3) > 0) {
            path.append("/namespaces");
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            path.append('/').append(pick(random, SEGMENTS));
        }
        char separator = '?';
        for (int i = random.nextInt(3); i > 0; i--) {
            path.append(separator)
                    .append(pick(random, QUERIES))
                    .append('=')
                    .append(pick(random, VALUES));
            separator = '&';
        }
        return path.toString();
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
