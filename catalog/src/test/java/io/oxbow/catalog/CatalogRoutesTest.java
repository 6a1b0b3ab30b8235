package io.oxbow.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.catalog.InMemoryTablePointers.Fault;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the REST protocol of the catalog: answers, errors, names and pages. */
final class CatalogRoutesTest {

    private static final Schema SCHEMA =
            new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

    @TempDir Path directory;
    private final InMemoryTablePointers pointers = new InMemoryTablePointers();
    private CatalogServer server;

    @BeforeEach
    void start() {
        server =
                new CatalogServer(
                        new PointerCatalog(
                                new PointerCatalog.Settings(
                                        "oxbow", directory.toUri().toString(), Map.of()),
                                pointers,
                                new LocalFileIO()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void expectError(String method, String path, String body, int status, String type)
            throws Exception {
        HttpResponse<String> response = server.send(method, path, body);
        assertThat(response.statusCode()).as(method + " " + path).isEqualTo(status);
        assertThat(response.body())
                .contains("\"error\":{", "\"type\":\"" + type + "\"", "\"code\":" + status);
    }

    @Test
    void configSaysWhatIsSupported() throws Exception {
        String config = server.send("GET", "/v1/config?warehouse=x", "").body();

        assertThat(config)
                .contains("\"greeting\":\"hello\"")
                .contains("POST /v1/{prefix}/namespaces/{namespace}/tables/{table}")
                .contains("POST /v1/{prefix}/tables/rename")
                .doesNotContain("views", "transactions", "plan");
    }

    @Test
    void errorsAreAsTheSpecificationHasThem() throws Exception {
        expectError("GET", "/v1/namespaces/none", "", 404, "NoSuchNamespaceException");
        expectError("GET", "/v1/namespaces/none/tables", "", 404, "NoSuchNamespaceException");
        expectError("GET", "/v1/namespaces/none/tables/t", "", 404, "NoSuchTableException");
        expectError("POST", "/v1/namespaces", "{", 400, "BadRequestException");
        expectError("POST", "/v1/namespaces", "", 400, "BadRequestException");
        expectError("POST", "/v1/namespaces", "{}", 400, "IllegalArgumentException");
        expectError("GET", "/v1/nothing", "", 404, "NotFoundException");
        expectError("POST", "/v1/transactions/commit", "{}", 406, "UnsupportedOperationException");
        expectError(
                "POST",
                "/v1/namespaces/n/tables/t/plan",
                "{}",
                406,
                "UnsupportedOperationException");
        expectError("GET", "/v1/namespaces/n/views", "", 406, "UnsupportedOperationException");
        assertThat(server.send("HEAD", "/v1/namespaces/none", "").statusCode()).isEqualTo(404);
    }

    @Test
    void namespacesAndTablesMayHaveAnyName() throws Exception {
        try (RESTCatalog catalog = server.connect("c", Map.of())) {
            Namespace odd = Namespace.of("a/b c", "ü.%+");
            catalog.createNamespace(Namespace.of("a/b c"));
            catalog.createNamespace(odd);
            TableIdentifier name = TableIdentifier.of(odd, "t/ä +%");

            catalog.createTable(name, SCHEMA);

            assertThat(catalog.listTables(odd)).containsExactly(name);
            assertThat(catalog.listNamespaces(Namespace.of("a/b c"))).containsExactly(odd);
            assertThat(catalog.loadTable(name).schema().columns()).hasSize(1);
        }
    }

    @Test
    void listsComeInPages() throws Exception {
        try (RESTCatalog catalog = server.connect("c", Map.of("rest-page-size", "2"))) {
            for (int i = 0; i < 5; i++) {
                catalog.createNamespace(Namespace.of("n" + i));
                catalog.createTable(TableIdentifier.of("n0", "t" + i), SCHEMA);
            }

            assertThat(catalog.listNamespaces()).hasSize(5);
            assertThat(catalog.listTables(Namespace.of("n0"))).hasSize(5);
        }
    }

    @Test
    void commitOfUnknownOutcomeIsToldAsSuch() throws Exception {
        try (RESTCatalog catalog = server.connect("c", Map.of())) {
            catalog.createNamespace(Namespace.of("n"));
            Table table = catalog.createTable(TableIdentifier.of("n", "t"), SCHEMA);
            pointers.fail("iceberg/table/", Fault.LOST_REQUEST, 100);

            assertThatThrownBy(() -> table.updateProperties().set("a", "b").commit())
                    .isInstanceOf(CommitStateUnknownException.class);
        }
    }
}
