package io.oxbow.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that no file outside a table's folder is touched, whatever locations clients give, in every
 * operation that takes one.
 */
final class CatalogConfinementTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Schema SCHEMA =
            new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
    private static final Namespace NS = Namespace.of("ns");
    private static final TableIdentifier T = TableIdentifier.of(NS, "t");
    private static final TableIdentifier U = TableIdentifier.of(NS, "u");
    private static final String TABLE = "/v1/namespaces/ns/tables/t";

    @TempDir Path directory;
    private final InMemoryTablePointers pointers = new InMemoryTablePointers();
    private PointerCatalog catalog;
    private CatalogServer server;
    private RESTCatalog client;
    private Path slot;
    private Table table;
    private Table other;

    @BeforeEach
    void open() throws Exception {
        slot = directory.resolve("meta/log/00000001");
        Files.createDirectories(slot.getParent());
        Files.writeString(slot, "a slot of the metadata log");
        catalog =
                new PointerCatalog(
                        new PointerCatalog.Settings(
                                "oxbow", directory.resolve("tables").toUri().toString(), Map.of()),
                        pointers,
                        new LocalFileIO());
        server = new CatalogServer(catalog.guarded(CommitRule.NONE));
        client = server.connect("c", Map.of());
        client.createNamespace(NS);
        table = client.createTable(T, SCHEMA);
        other = client.createTable(U, SCHEMA);
        append(table);
        append(other);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    /** Appends a file that is there. */
    private static String append(Table to) throws IOException {
        String location = to.location() + "/data/1.parquet";
        Path file = Location.of(location).path();
        Files.createDirectories(file.getParent());
        Files.writeString(file, "rows");
        to.newAppend().appendFile(file(location)).commit();
        return location;
    }

    private static DataFile file(String location) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(location)
                .withFormat(org.apache.iceberg.FileFormat.PARQUET)
                .withFileSizeInBytes(4)
                .withRecordCount(1)
                .build();
    }

    /** Everything below the directory, but for what {@code table} has to itself. */
    private Map<String, String> outside() throws IOException {
        Path own = Location.of(table.location()).path();
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (!file.startsWith(own)) {
                    files.put(
                            file.toString(),
                            Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
                }
            }
        }
        return files;
    }

    /** Places that are no part of the table's folder, spelled in every way. */
    private List<String> foreign() {
        List<String> places = new ArrayList<>();
        String root = directory.resolve("tables").toString();
        String own = Location.of(table.location()).path().toString();
        for (String path :
                List.of(
                        slot.toString(),
                        root + "/../meta/log/00000001",
                        own + "/../../../meta/log/00000001",
                        own + "/data/../../u/x",
                        own + "/%2e%2e/%2e%2e/x",
                        own + "/%252e%252e/x",
                        own + "/x%2f..%2F..%2fy",
                        own + "0/data/1.parquet",
                        own.substring(0, own.length() - 1) + "/x",
                        Location.of(other.location()).path() + "/data/1.parquet",
                        root + "/x",
                        "/etc/passwd",
                        "/")) {
            for (String scheme : List.of("file:", "file://", "")) {
                places.add(scheme + path);
            }
            places.add("s3://bucket" + path);
            places.add("s3a://bucket" + path);
            places.add("file://elsewhere" + path);
            places.add("http://127.0.0.1" + path);
        }
        places.addAll(List.of("", ".", "..", "meta/log/00000001", "file:meta", "\u0000"));
        return places;
    }

    private void refused(String method, String path, String body) throws Exception {
        HttpResponse<String> response = server.send(method, path, body);
        assertThat(response.statusCode())
                .as("%s %s %s: %s", method, path, body, response.body())
                .isIn(400, 403);
    }

    private void updateRefused(String update) throws Exception {
        refused("POST", TABLE, "{\"requirements\":[],\"updates\":[%s]}".formatted(update));
    }

    private static String quoted(String text) throws IOException {
        return JSON.writeValueAsString(text);
    }

    @Test
    void newTablesLieBelowAllTablesAndInNoOthersFolder() throws Exception {
        Map<String, String> before = outside();
        List<String> places = foreign();
        places.removeIf(place -> isFree(place));
        String u = other.location();
        places.addAll(List.of(u, u + "/", u + "/in", u.replace("file://", "file:") + "//data"));
        places.add(u.substring(0, u.lastIndexOf('/')));
        for (String place : places) {
            String body =
                    "{\"name\":\"n\",\"location\":%s,\"stage-create\":%s,\"schema\":{\"type\":\"struct\",\"schema-id\":0,\"fields\":[]}}";
            refused("POST", "/v1/namespaces/ns/tables", body.formatted(quoted(place), false));
            refused("POST", "/v1/namespaces/ns/tables", body.formatted(quoted(place), true));
            commitOfAStagedTableRefused(place);
        }
        assertThat(outside()).isEqualTo(before);
        assertThat(client.listTables(NS)).containsExactlyInAnyOrder(T, U);
    }

    /** Returns true if a table could be created there. */
    private boolean isFree(String place) {
        try {
            Location location = catalog.folders().admitted(place);
            catalog.folders().requireFree(location, "");
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void commitOfAStagedTableRefused(String place) throws Exception {
        String updates =
                """
                {"requirements":[{"type":"assert-create"}],"updates":[
                 {"action":"assign-uuid","uuid":"0189f7b1-5cc2-7bb0-9d37-0a0c3e5d6a01"},
                 {"action":"upgrade-format-version","format-version":2},
                 {"action":"add-schema","schema":{"type":"struct","schema-id":0,"fields":[{"id":1,"name":"id","required":true,"type":"long"}]},"last-column-id":1},
                 {"action":"set-current-schema","schema-id":-1},
                 {"action":"add-spec","spec":{"spec-id":0,"fields":[]}},
                 {"action":"set-default-spec","spec-id":-1},
                 {"action":"add-sort-order","sort-order":{"order-id":0,"fields":[]}},
                 {"action":"set-default-sort-order","sort-order-id":-1},
                 {"action":"set-location","location":%s},
                 {"action":"set-properties","updates":{}}]}
                """;
        refused("POST", "/v1/namespaces/ns/tables/n", updates.formatted(quoted(place)));
    }

    @Test
    void aTableMayBePutWhereThereIsRoomHoweverThatIsSpelled() {
        String root = directory.resolve("tables").toString();
        Table put =
                client.buildTable(TableIdentifier.of(NS, "put"), SCHEMA)
                        .withLocation("file:" + root + "//my tables/ü+1/")
                        .create();

        assertThat(put.location()).isEqualTo("file://" + root + "/my tables/ü+1");
        put.updateProperties()
                .set("write.data.path", "file:" + root + "/my tables/ü+1/d/")
                .commit();
        assertThat(put.properties())
                .containsEntry("write.data.path", "file://" + root + "/my tables/ü+1/d");
    }

    @Test
    void namespacesPutTheirTablesBelowAllTables() throws Exception {
        for (String place : foreign()) {
            if (!isFree(place)) {
                String body = "{\"namespace\":[\"m\"],\"properties\":{\"location\":%s}}";
                HttpResponse<String> made =
                        server.send("POST", "/v1/namespaces", body.formatted(quoted(place)));
                if (made.statusCode() == 200) {
                    refused(
                            "POST",
                            "/v1/namespaces/m/tables",
                            "{\"name\":\"n\",\"schema\":{\"type\":\"struct\",\"schema-id\":0,\"fields\":[]}}");
                    client.dropNamespace(Namespace.of("m"));
                }
                refused(
                        "POST",
                        "/v1/namespaces/ns/properties",
                        "{\"removals\":[],\"updates\":{\"location\":%s}}"
                                .formatted(quoted("file:///elsewhere")));
            }
        }
    }

    /** No path carries the character, so that nobody could drop what is called so. */
    @Test
    void nameThatNoRequestCanCarryIsRefused() throws Exception {
        refused(
                "POST",
                "/v1/namespaces/ns/tables",
                "{\"name\":\"a\\u0000\",\"schema\":{\"type\":\"struct\",\"schema-id\":0,\"fields\":[]}}");
        refused("POST", "/v1/namespaces", "{\"namespace\":[\"ns\",\"\\u0000\"]}");
        refused(
                "POST",
                "/v1/tables/rename",
                "{\"source\":{\"namespace\":[\"ns\"],\"name\":\"t\"},\"destination\":{\"namespace\":[\"ns\"],\"name\":\"\\u0000\"}}");
        assertThat(client.listTables(NS)).containsExactlyInAnyOrder(T, U);
    }

    @Test
    void namespaceIsNotPutIntoATablesFolder() throws Exception {
        for (String place : List.of(table.location(), table.location() + "//in/")) {
            refused(
                    "POST",
                    "/v1/namespaces",
                    "{\"namespace\":[\"m\"],\"properties\":{\"location\":%s}}"
                            .formatted(quoted(place)));
            refused(
                    "POST",
                    "/v1/namespaces/ns/properties",
                    "{\"removals\":[],\"updates\":{\"location\":%s}}".formatted(quoted(place)));
        }
    }

    @Test
    void commitsNameNoFileOutside() throws Exception {
        long snapshot = table.currentSnapshot().snapshotId();
        Map<String, String> before = outside();
        for (String place : foreign()) {
            String path = quoted(place);
            updateRefused("{\"action\":\"set-location\",\"location\":%s}".formatted(path));
            for (String key :
                    List.of(
                            "write.data.path",
                            "write.metadata.path",
                            "write.object-storage.path",
                            "write.folder-storage.path")) {
                updateRefused(
                        "{\"action\":\"set-properties\",\"updates\":{\"%s\":%s}}"
                                .formatted(key, path));
            }
            updateRefused(
                    "{\"action\":\"set-statistics\",\"snapshot-id\":%1$d,\"statistics\":{\"snapshot-id\":%1$d,\"statistics-path\":%2$s,\"file-size-in-bytes\":1,\"file-footer-size-in-bytes\":1,\"blob-metadata\":[]}}"
                            .formatted(snapshot, path));
            updateRefused(
                    "{\"action\":\"set-partition-statistics\",\"partition-statistics\":{\"snapshot-id\":%d,\"statistics-path\":%s,\"file-size-in-bytes\":1}}"
                            .formatted(snapshot, path));
            updateRefused(
                    "{\"action\":\"add-snapshot\",\"snapshot\":{\"snapshot-id\":7,\"parent-snapshot-id\":%d,\"sequence-number\":9,\"timestamp-ms\":%d,\"summary\":{\"operation\":\"append\"},\"manifest-list\":%s,\"schema-id\":0}}"
                            .formatted(snapshot, System.currentTimeMillis(), path));
        }
        updateRefused(
                "{\"action\":\"set-properties\",\"updates\":{\"write.location-provider.impl\":\"x.Y\"}}");
        updateRefused(
                "{\"action\":\"add-snapshot\",\"snapshot\":{\"snapshot-id\":7,\"sequence-number\":9,\"timestamp-ms\":%d,\"summary\":{\"operation\":\"append\"},\"manifests\":[%s]}}"
                        .formatted(System.currentTimeMillis(), quoted(slot.toUri().toString())));

        table.refresh();
        assertThat(table.currentSnapshot().snapshotId()).isEqualTo(snapshot);
        client.dropTable(T, true);
        assertThat(outside()).isEqualTo(before);
    }

    @Test
    void snapshotsNameNoDataFileOutside() {
        for (String place : foreign()) {
            if (place.isEmpty()) {
                continue;
            }
            assertThatThrownBy(() -> table.newAppend().appendFile(file(place)).commit())
                    .as(place)
                    .isInstanceOfAny(BadRequestException.class, ForbiddenException.class);
        }
        table.newAppend()
                .appendFile(file(table.location().replace("file://", "file:") + "//data/2.parquet"))
                .commit();
        assertThat(table.currentSnapshot().summary()).containsEntry("total-records", "2");
    }

    @Test
    void onlyATablesOwnMetadataIsRegistered() throws Exception {
        List<String> places = foreign();
        places.add(metadata(other));
        places.add(metadata(table));
        for (String place : places) {
            HttpResponse<String> response =
                    server.send(
                            "POST",
                            "/v1/namespaces/ns/register",
                            "{\"name\":\"r\",\"metadata-location\":%s}".formatted(quoted(place)));
            assertThat(response.statusCode()).as(place + response.body()).isIn(400, 403, 404);
            assertThat(response.body()).doesNotContain("a slot of the metadata log");
        }
        assertThat(client.listTables(NS)).containsExactlyInAnyOrder(T, U);
    }

    private static String metadata(Table of) {
        return ((HasTableOperations) of).operations().current().metadataFileLocation();
    }

    @Test
    void metadataThatNamesForeignFilesIsNotRegistered() throws Exception {
        String location = metadata(table);
        client.dropTable(T, false);
        JsonNode good = JSON.readTree(Location.of(location).path().toFile());
        String list = good.at("/snapshots/0/manifest-list").asText();
        for (String place : foreign()) {
            for (String bad :
                    List.of(
                            good.toString().replace(quoted(list), quoted(place)),
                            good.toString().replace(quoted(table.location()), quoted(place)),
                            good.toString()
                                    .replace(
                                            "\"metadata-log\":[",
                                            "\"metadata-log\":[{\"timestamp-ms\":1,\"metadata-file\":%s},"
                                                    .formatted(quoted(place))))) {
                if (bad.equals(good.toString())) {
                    throw new AssertionError("nothing was replaced");
                }
                String copy = table.location() + "/metadata/00009-x.metadata.json";
                Files.writeString(Location.of(copy).path(), bad);
                assertThatThrownBy(() -> catalog.guarded(CommitRule.NONE).registerTable(T, copy))
                        .as(place)
                        .isInstanceOf(RuntimeException.class);
                Files.delete(Location.of(copy).path());
            }
        }

        assertThat(client.registerTable(T, location.replace("file://", "file:")).currentSnapshot())
                .isNotNull();
    }

    @Test
    void purgeDeletesWhatLiesInTheFolderAndNothingElse() throws Exception {
        String foreign = other.location() + "/data/1.parquet";
        Table unguarded = catalog.loadTable(T);
        unguarded.newAppend().appendFile(file(foreign)).commit();
        unguarded.newAppend().appendFile(file(slot.toUri().toString())).commit();
        Map<String, String> before = outside();

        client.dropTable(T, true);

        assertThat(outside()).isEqualTo(before);
        try (Stream<Path> left = Files.walk(Location.of(table.location()).path())) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void aPurgedFolderHasNoTableOfBefore() throws Exception {
        String first = table.location();
        client.dropTable(T, false);
        Table again = client.createTable(T, SCHEMA);
        assertThat(again.location()).isNotEqualTo(first);
        client.renameTable(T, TableIdentifier.of(NS, "s"));
        append(client.loadTable(TableIdentifier.of(NS, "s")));

        client.dropTable(TableIdentifier.of(NS, "s"), true);

        assertThat(Location.of(first + "/data/1.parquet").path()).exists();
        assertThat(Location.of(again.location() + "/data/1.parquet").path()).doesNotExist();
    }

    /** Puts a table where its like lay before tables had folders to themselves. */
    private Table older(String name, String location) throws Exception {
        Table moved = client.createTable(TableIdentifier.of(NS, name), SCHEMA);
        String id =
                PointerValue.tableId(pointers.get("iceberg/name/ns/" + name).orElseThrow().value());
        String text =
                Files.readString(Location.of(metadata(moved)).path())
                        .replace(moved.location(), location);
        String to = location + "/metadata/00000-x.metadata.json";
        Files.createDirectories(Location.of(to).path().getParent());
        Files.writeString(Location.of(to).path(), text);
        pointers.put(
                "iceberg/table/" + id,
                pointers.get("iceberg/table/" + id).orElseThrow().version(),
                PointerValue.ofTable(to, java.util.Optional.empty()));
        return client.loadTable(TableIdentifier.of(NS, name));
    }

    @Test
    void tablesThatOverlapAreKeptAndNotPurged() throws Exception {
        String root = "file://" + directory.resolve("tables");
        Table outer = older("b", root + "/a/b");
        Table inner = older("c", root + "/a/b/c");
        append(outer);
        append(inner);

        for (String name : List.of("b", "c")) {
            assertThatThrownBy(() -> client.dropTable(TableIdentifier.of(NS, name), true))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("overlaps");
        }
        client.dropTable(TableIdentifier.of(NS, "b"), false);
        client.dropTable(TableIdentifier.of(NS, "c"), true);

        assertThat(Location.of(outer.location() + "/data/1.parquet").path()).exists();
        assertThat(Location.of(inner.location() + "/data/1.parquet").path()).doesNotExist();
    }

    @Test
    void filesThatAnOlderTableNamesAreNotPurged() throws Exception {
        older("o", "file://" + directory.resolve("tables/ns/o"));
        catalog.loadTable(TableIdentifier.of(NS, "o"))
                .newAppend()
                .appendFile(file(table.location() + "/data/1.parquet"))
                .commit();

        assertThatThrownBy(() -> client.dropTable(T, true))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("data/1.parquet");
        client.dropTable(TableIdentifier.of(NS, "o"), true);
        assertThat(Location.of(table.location() + "/data/1.parquet").path()).exists();
        client.dropTable(T, true);
        assertThat(Location.of(table.location() + "/data/1.parquet").path()).doesNotExist();
    }

    @Test
    void viewsAreNotThere() throws Exception {
        HttpResponse<String> response =
                server.send(
                        "POST",
                        "/v1/namespaces/ns/views",
                        "{\"name\":\"v\",\"location\":%s}".formatted(quoted(slot.toString())));
        assertThat(response.statusCode()).isEqualTo(406);
    }
}
