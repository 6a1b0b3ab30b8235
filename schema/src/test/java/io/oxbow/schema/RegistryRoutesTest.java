package io.oxbow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests Confluent's REST API: answers and error codes. */
final class RegistryRoutesTest {

    private static final String INT = "{\"schema\":\"\\\"int\\\"\"}";
    private static final String LONG = "{\"schema\":\"{\\\"type\\\":\\\"long\\\"}\"}";

    private final InMemorySchemaLog log = new InMemorySchemaLog();
    private final RegistryServer server = new RegistryServer(log);

    @AfterEach
    void stop() {
        server.close();
    }

    private void expect(String method, String path, String body, String answer) throws Exception {
        assertThat(server.call(method, path, body)).isEqualTo(answer);
    }

    private void expectError(String method, String path, String body, int status, int code)
            throws Exception {
        assertThat(server.call(method, path, body))
                .startsWith(status + " {\"error_code\":" + code + ",\"message\":");
    }

    @Test
    void registeredSchemaIsFoundEveryWay() throws Exception {
        String int1 = "\"id\":1,\"version\":1,\"schema\":\"\\\"int\\\"\"}";
        String found = "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schema\":\"\\\"int\\\"\"}";
        expect("POST", "/subjects/s/versions", INT, "200 {" + int1);
        expect("POST", "/subjects/s/versions", LONG, server200Long());
        expect("GET", "/schemas/ids/1", "", "200 {\"schema\":\"\\\"int\\\"\"}");
        expect(
                "GET",
                "/schemas/ids/1?fetchMaxId=true",
                "",
                "200 {\"schema\":\"\\\"int\\\"\",\"maxId\":2}");
        expect("GET", "/schemas/ids/1/schema", "", "200 \"int\"");
        expect("GET", "/schemas/ids/1/subjects", "", "200 [\"s\"]");
        assertThat(server.call("GET", "/schemas/ids/1/versions", ""))
                .contains("\"subject\":\"s\"", "\"version\":1");
        expect("GET", "/subjects", "", "200 [\"s\"]");
        expect("GET", "/subjects?subjectPrefix=x", "", "200 []");
        expect("GET", "/subjects/s/versions", "", "200 [1,2]");
        expect("GET", "/subjects/s/versions/1", "", "200 " + found);
        expect("GET", "/subjects/s/versions/1/schema", "", "200 \"int\"");
        expect("GET", "/subjects/s/versions/1/referencedby", "", "200 []");
        expect("POST", "/subjects/s", INT, "200 " + found);
        expect("GET", "/schemas/types", "", "200 [\"AVRO\"]");
        expect("GET", "/", "", "200 {}");
        assertThat(server.call("GET", "/schemas?latestOnly=true", "")).contains("\"version\":2");
        assertThat(server.call("GET", "/subjects/s/versions/latest", ""))
                .isEqualTo(server.call("GET", "/subjects/s/versions/-1", ""))
                .contains("\"version\":2");
    }

    private static String server200Long() {
        return "200 {\"id\":2,\"version\":2,\"schema\":\"\\\"long\\\"\"}";
    }

    @Test
    void errorsCarryConfluentsCodes() throws Exception {
        server.call("POST", "/subjects/s/versions", LONG);
        expectError("GET", "/subjects/none/versions", "", 404, 40401);
        expectError("GET", "/subjects/s/versions/9", "", 404, 40402);
        expectError("GET", "/subjects/s/versions/0", "", 422, 42202);
        expectError("GET", "/subjects/s/versions/x", "", 422, 42202);
        expectError("GET", "/schemas/ids/9", "", 404, 40403);
        expectError("GET", "/schemas/ids/x", "", 404, 404);
        expectError("POST", "/subjects/s", INT, 404, 40403);
        expectError("POST", "/subjects/none", INT, 404, 40401);
        expectError("POST", "/subjects/s/versions", INT, 409, 409);
        expectError("POST", "/subjects/s/versions", "{\"schema\":\"{\"}", 422, 42201);
        expectError("POST", "/subjects/s/versions", "{}", 422, 422);
        expectError("POST", "/subjects/s/versions", "{", 400, 400);
        expectError("POST", "/subjects/s/versions", "", 422, 422);
        expectError(
                "POST",
                "/subjects/s/versions",
                "{\"schemaType\":\"PROTOBUF\",\"schema\":\"\"}",
                422,
                42201);
        expectError("PUT", "/config", "{\"compatibility\":\"SOME\"}", 422, 42203);
        expectError("GET", "/config/s", "", 404, 40408);
        expectError("DELETE", "/subjects/none", "", 404, 40401);
        expectError("DELETE", "/subjects/s?permanent=true", "", 404, 40405);
        expectError("GET", "/nowhere", "", 404, 404);
        expectError("PUT", "/mode", "{\"mode\":\"IMPORT\"}", 422, 42204);
        expectError("POST", "/subjects/s/versions", "x".repeat(9 << 20), 413, 413);
        log.failNextAppend(InMemorySchemaLog.Fault.LOST_RECORD);
        expectError("POST", "/subjects/u/versions", INT, 500, 50001);
    }

    @Test
    void levelsAreSetAndReset() throws Exception {
        expect("GET", "/config", "", "200 {\"compatibilityLevel\":\"BACKWARD\"}");
        expect(
                "PUT",
                "/config",
                "{\"compatibility\":\"full\"}",
                "200 {\"compatibility\":\"FULL\"}");
        expect(
                "GET",
                "/config/s?defaultToGlobal=true",
                "",
                "200 {\"compatibilityLevel\":\"FULL\"}");
        expect(
                "PUT",
                "/config/s",
                "{\"compatibility\":\"NONE\"}",
                "200 {\"compatibility\":\"NONE\"}");
        expect("GET", "/config/s", "", "200 {\"compatibilityLevel\":\"NONE\"}");
        expect("DELETE", "/config/s", "", "200 {\"compatibilityLevel\":\"NONE\"}");
        expect("DELETE", "/config", "", "200 {\"compatibilityLevel\":\"FULL\"}");
        expect("GET", "/mode", "", "200 {\"mode\":\"READWRITE\"}");
    }

    @Test
    void compatibilityIsAnsweredWithReasons() throws Exception {
        server.call("POST", "/subjects/s/versions", LONG);
        String path = "/compatibility/subjects/s/versions";
        expect("POST", path + "/latest", LONG, "200 {\"is_compatible\":true}");
        expect("POST", path + "/1", INT, "200 {\"is_compatible\":false}");
        expect("POST", path, INT, "200 {\"is_compatible\":false}");
        expectError("POST", path + "/2", INT, 404, 40402);
        assertThat(server.call("POST", path + "/latest?verbose=true", INT))
                .contains("TYPE_MISMATCH");
        expect(
                "POST",
                "/compatibility/subjects/new/versions/latest",
                INT,
                "200 {\"is_compatible\":true}");
    }

    @Test
    void deletedVersionsAreListedOnRequest() throws Exception {
        server.call("POST", "/subjects/s/versions", INT);
        server.call("POST", "/subjects/s/versions", LONG);
        expect("DELETE", "/subjects/s/versions/latest", "", "200 2");
        expect("GET", "/subjects/s/versions", "", "200 [1]");
        expect("GET", "/subjects/s/versions?deleted=true", "", "200 [1,2]");
        expect("GET", "/subjects/s/versions?deletedOnly=true", "", "200 [2]");
        expect("DELETE", "/subjects/s", "", "200 [1]");
        expect("GET", "/subjects?deleted=true", "", "200 [\"s\"]");
        expect("DELETE", "/subjects/s?permanent=true", "", "200 [1,2]");
        expect("GET", "/subjects?deleted=true", "", "200 []");
    }

    @Test
    void subjectsMayHaveAnyPrintableName() throws Exception {
        String path = "/subjects/a%2Fb%20%C3%BC%25";
        server.call("POST", path + "/versions", INT);

        expect("GET", "/subjects", "", "200 [\"a/b ü%\"]");
        expect("GET", path + "/versions", "", "200 [1]");
    }

    @Test
    void answersHaveTheRegistrysMediaType() throws Exception {
        assertThat(server.send("GET", "/subjects", "").headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith(RegistryRoutes.MEDIA_TYPE));
    }
}
