package io.oxbow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The corners of the API in which clients of Confluent's registry find what they expect. */
final class RegistryDifferencesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENUM =
            "{\"type\":\"enum\",\"name\":\"E\",\"namespace\":\"ns\",\"symbols\":[\"X\"]}";

    private final InMemorySchemaLog log = new InMemorySchemaLog();
    private final RegistryServer server = new RegistryServer(log);

    @AfterEach
    void stop() {
        server.close();
    }

    private static String request(String schema, String more) throws Exception {
        return "{\"schema\":" + JSON.writeValueAsString(schema) + more + "}";
    }

    private String register(String subject, String schema) throws Exception {
        return server.call("POST", "/subjects/" + subject + "/versions", request(schema, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'record','name':'R','fields':[{'name':'a','type':%s},{'name':'b','type':{'type':'ns.E'}}]}",
                "{'type':'record','name':'R','fields':[{'name':'a','type':%s},{'name':'b','type':['null',{'type':'ns.E'}]}]}",
                "{'type':'record','name':'R','fields':[{'name':'a','type':%s},{'name':'b','type':{'type':'array','items':{'type':'ns.E'}}}]}",
                "{'type':'record','name':'R','fields':[{'name':'a','type':%s},{'name':'b','type':{'type':'map','values':{'type':{'type':'ns.E'}}}}]}",
                "{'type':'record','name':'R','namespace':'ns','fields':[{'name':'n','type':['null',{'type':'R'}]},{'name':'a','type':%s}]}"
            })
    void namedTypeMayStandInAnObject(String template) throws Exception {
        String schema = template.replace('\'', '"').formatted(ENUM);
        assertThat(register("s", schema)).startsWith("200 ");
        String plain =
                schema.replaceAll("\\{\"type\":\\{\"type\":(\"ns.E\")}}", "$1")
                        .replaceAll("\\{\"type\":(\"ns.E\"|\"R\")}", "$1");
        assertThat(register("s", plain)).startsWith("200 {\"id\":1,\"version\":1,");
    }

    @Test
    void nameOfAReferenceIsNotCompared() throws Exception {
        register("enums", ENUM);
        String references =
                ",\"references\":[{\"name\":\"enum.avsc\",\"subject\":\"enums\",\"version\":1}]";
        String schema = "{\"type\":\"array\",\"items\":\"ns.E\"}";
        assertThat(server.call("POST", "/subjects/s/versions", request(schema, references)))
                .startsWith("200 ")
                .contains("\"name\":\"enum.avsc\"");
        assertThat(server.call("POST", "/subjects/s", request(schema, references)))
                .startsWith("200 ");
        assertThat(server.call("GET", "/subjects/enums/versions/1/referencedby", ""))
                .isEqualTo("200 [2]");
    }

    @Test
    void orderOfAttributesMakesNoDifferenceWhenNormalized() throws Exception {
        var random = new Random(5);
        List<String> attributes =
                List.of(
                        "\"type\":\"record\"",
                        "\"name\":\"R\"",
                        "\"doc\":\"d\"",
                        "\"zeta\":{\"b\":1,\"a\":[2,{\"d\":3,\"c\":4}]}",
                        "\"alpha\":\"x\"",
                        "\"fields\":[{\"name\":\"f\",\"type\":{\"precision\":4,\"type\":\"bytes\",\"scale\":2,\"logicalType\":\"decimal\"},\"q\":1,\"p\":2}]");
        assertThat(
                        server.call(
                                "POST",
                                "/subjects/s/versions?normalize=true",
                                request("{" + String.join(",", attributes) + "}", "")))
                .startsWith("200 {\"id\":1,\"version\":1,");
        for (int i = 0; i < 20; i++) {
            List<String> shuffled = new ArrayList<>(attributes);
            Collections.shuffle(shuffled, random);
            String body =
                    request(
                            ("{" + String.join(",", shuffled) + "}")
                                    .replace(
                                            "{\"b\":1,\"a\":",
                                            i % 2 == 0 ? "{\"b\":1,\"a\":" : "{\"a\":")
                                    .replace("4}]}", i % 2 == 0 ? "4}]}" : "4}],\"b\":1}")
                                    .replace(
                                            "\"q\":1,\"p\":2",
                                            i % 3 == 0 ? "\"p\":2,\"q\":1" : "\"q\":1,\"p\":2"),
                            "");
            assertThat(server.call("POST", "/subjects/s?normalize=true", body))
                    .as(body)
                    .startsWith("200 ")
                    .contains("\"version\":1");
            assertThat(server.call("POST", "/subjects/s/versions?normalize=true", body))
                    .startsWith("200 {\"id\":1,\"version\":1,");
        }
        assertThat(server.call("GET", "/subjects/s/versions", "")).isEqualTo("200 [1]");
    }

    @Test
    void latestIsDeletedOneAfterTheOther() throws Exception {
        server.call("PUT", "/config/s", "{\"compatibility\":\"NONE\"}");
        register("s", "\"int\"");
        register("s", "\"long\"");
        register("s", "\"string\"");
        String latest = "/subjects/s/versions/latest";
        assertThat(server.call("DELETE", latest, "")).isEqualTo("200 3");
        assertThat(server.call("DELETE", latest, "")).isEqualTo("200 2");
        assertThat(server.call("DELETE", latest + "?permanent=true", "")).contains("40407");
        assertThat(server.call("DELETE", latest, "")).isEqualTo("200 1");
        assertThat(server.call("DELETE", latest, "")).startsWith("404 {\"error_code\":40402");
        assertThat(server.call("DELETE", "/subjects/none/versions/latest", ""))
                .startsWith("404 {\"error_code\":40401");
        assertThat(server.call("DELETE", "/subjects/s/versions/3", "")).contains("40406");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"metadata\":{\"properties\":{\"a\":\"b\"}}",
                "\"ruleSet\":{\"domainRules\":[{}]}",
                "\"id\":7",
                "\"version\":3",
                "\"id\":{}",
                "\"schemaTagsToAdd\":[{\"schemaEntity\":{}}]",
                "\"propagateSchemaTags\":true"
            })
    void settingsThatWouldBeLostAreRefused(String more) throws Exception {
        String field = more.split("\"")[1];
        for (String path : List.of("/subjects/s/versions", "/subjects/s")) {
            assertThat(server.call("POST", path, request("\"int\"", "," + more)))
                    .startsWith("422 ")
                    .contains("'" + field + "'");
        }
        assertThat(server.call("GET", "/subjects", "")).isEqualTo("200 []");
    }

    @Test
    void unsetFieldsOfClientsAreTaken() throws Exception {
        String unset =
                ",\"metadata\":null,\"ruleSet\":null,\"id\":-1,\"version\":0,\"references\":[],"
                        + "\"schemaTagsToAdd\":[],\"propagateSchemaTags\":false,\"schemaType\":\"AVRO\"";
        assertThat(server.call("POST", "/subjects/s/versions", request("\"int\"", unset)))
                .startsWith("200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"normalize", "alias", "defaultRuleSet", "compatibilityGroup"})
    void settingThatWouldMeanNothingIsRefused(String field) throws Exception {
        String body = "{\"compatibility\":\"NONE\",\"" + field + "\":true}";
        assertThat(server.call("PUT", "/config", body)).startsWith("422 ").contains(field);
        assertThat(server.call("GET", "/config", "")).contains("BACKWARD");
    }

    @ParameterizedTest
    @CsvSource({
        "/compatibility/subjects/none/versions/1,404 {\"error_code\":40402",
        "/compatibility/subjects/none/versions/latest,200 {\"is_compatible\":true}",
        "/compatibility/subjects/none/versions,200 {\"is_compatible\":true}"
    })
    void missingSubjectIsCompatibleButHasNoVersion(String path, String answer) throws Exception {
        assertThat(server.call("POST", path, request("\"int\"", ""))).startsWith(answer);
    }

    @Test
    void onlyTheDefaultContextIsThere() throws Exception {
        for (String[] call :
                new String[][] {
                    {"POST", "/subjects/:.ctx:s/versions"},
                    {"POST", "/subjects/:.ctx:s"},
                    {"GET", "/subjects/:.ctx:s/versions"},
                    {"DELETE", "/subjects/:.ctx:s"},
                    {"GET", "/config/:.ctx:"},
                    {"POST", "/compatibility/subjects/:.ctx:s/versions/latest"}
                }) {
            assertThat(server.call(call[0], call[1], request("\"int\"", "")))
                    .as(call[1])
                    .startsWith("422 {\"error_code\":42208");
        }
        assertThat(register(":.:s", "\"int\"")).startsWith("200 ");
        assertThat(server.call("GET", "/subjects", "")).isEqualTo("200 [\"s\"]");
        assertThat(server.call("GET", "/subjects?subjectPrefix=:*:", "")).isEqualTo("200 [\"s\"]");
        assertThat(server.call("GET", "/subjects?subjectPrefix=:.:", "")).isEqualTo("200 [\"s\"]");
        assertThat(server.call("GET", "/subjects?subjectPrefix=:.ctx:", "")).isEqualTo("200 []");
    }

    @Test
    void settingOfASubjectOutlivesItsSoftDeletion() throws Exception {
        register("s", "\"int\"");
        server.call("PUT", "/config/s", "{\"compatibility\":\"FULL\"}");
        server.call("DELETE", "/subjects/s", "");
        assertThat(server.call("GET", "/config/s", "")).contains("FULL");
        server.call("DELETE", "/subjects/s?permanent=true", "");
        assertThat(server.call("GET", "/config/s", "")).contains("40408");
    }

    @Test
    void listsComeInParts() throws Exception {
        for (String subject : List.of("a", "b", "c")) {
            register(subject, "\"int\"");
        }
        assertThat(server.call("GET", "/subjects?offset=1&limit=1", "")).isEqualTo("200 [\"b\"]");
        assertThat(server.call("GET", "/subjects?offset=-1&limit=-1", ""))
                .isEqualTo("200 [\"a\",\"b\",\"c\"]");
        assertThat(server.call("GET", "/subjects?offset=9", "")).isEqualTo("200 []");
        assertThat(server.call("GET", "/schemas?limit=2", ""))
                .contains("\"subject\":\"b\"")
                .doesNotContain("\"subject\":\"c\"");
        assertThat(server.call("GET", "/subjects?limit=many", "")).startsWith("400 ");
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/,405",
        "POST,'',405",
        "PUT,/subjects,405",
        "PATCH,/config,405",
        "GET,/no,404",
        "POST,/no/such/path,404",
        "OPTIONS,/subjects,405",
        "DELETE,/schemas/ids/1,405",
        "GET,/contexts/.ctx/subjects,404",
        "PATCH,/nowhere,404"
    })
    void unknownRouteIsAnsweredInTheRegistrysFormat(String method, String path, int status)
            throws Exception {
        assertThat(server.call(method, path, ""))
                .startsWith(status + " {\"error_code\":" + status + ",\"message\":\"HTTP ");
    }

    @Test
    void noInputMakesAServerError() throws Exception {
        var random = new Random(11);
        register("s", ENUM);
        for (int i = 0; i < 600; i++) {
            String path = RandomRequests.path(random);
            String method = RandomRequests.method(random);
            String body = RandomRequests.body(random);
            var response = server.send(method, path, body);
            String what = method + " " + path + " " + body;
            assertThat(response.statusCode()).as(what).isLessThan(500);
            // What the HTTP server refuses before a route, the node's door answers.
            boolean routed = !response.body().startsWith("<");
            if (response.statusCode() >= 400 && routed) {
                JsonNode error = JSON.readTree(response.body());
                assertThat(error.path("error_code").isInt()).as(what + response.body()).isTrue();
                assertThat(error.path("message").isTextual()).as(what).isTrue();
            }
        }
    }

    @Test
    void deepTextIsRefused() throws Exception {
        for (int depth : new int[] {100, 400, 900, 5_000, 100_000}) {
            String deep =
                    "{\"type\":\"array\",\"items\":".repeat(depth) + "\"int\"" + "}".repeat(depth);
            assertThat(register("d" + depth, deep)).startsWith(depth > 250 ? "422 " : "200 ");
            String body = "{\"schema\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
            assertThat(server.call("POST", "/subjects/b/versions", body)).startsWith("4");
        }
    }
}
