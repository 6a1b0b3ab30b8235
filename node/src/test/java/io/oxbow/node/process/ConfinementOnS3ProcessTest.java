package io.oxbow.node.process;

import static io.oxbow.node.process.CatalogHttp.quoted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.s3stream.testkit.CephGateway;
import io.oxbow.s3stream.testkit.Sampled;
import io.oxbow.s3stream.testkit.SharedServers;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Tests that no client of a node on a real S3 server reaches an object outside a table's folder,
 * whatever names and locations it gives. On S3 {@code ..} and an empty segment are names like any
 * other, and every prefix is the beginning of other names.
 */
@Sampled
@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
@Timeout(value = 9, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConfinementOnS3ProcessTest {

    private static final String SCHEMA =
            "{\"type\":\"struct\",\"schema-id\":0,\"fields\":[{\"id\":1,\"name\":\"id\",\"required\":true,\"type\":\"long\"}]}";
    private static final String TABLES = "cluster/main/tables/";
    private static final TableIdentifier T = TableIdentifier.of("ns", "t");

    private final CephGateway server;

    @TempDir Path temporary = Path.of("");

    private String bucket = "";

    /** The gateway knows no checksums in trailers, which Amazon's client sends by itself. */
    @BeforeEach
    void withoutTrailers() {
        System.setProperty("aws.requestChecksumCalculation", "WHEN_REQUIRED");
    }

    @AfterEach
    void asBefore() {
        System.clearProperty("aws.requestChecksumCalculation");
    }

    ConfinementOnS3ProcessTest(CephGateway server) {
        this.server = server;
    }

    @Test
    void nothingOutsideATablesFolderIsTouched() throws Exception {
        bucket = server.createBucket("oxbow-" + UUID.randomUUID());
        Map<String, String> settings = new HashMap<>(server.options());
        settings.put("oxbow.store", bucket + "/cluster");
        var topic = new JsonTopic("events", 1);
        try (var node = OxbowProcess.start(temporary.resolve("data"), settings);
                var http = new CatalogHttp(node);
                RESTCatalog iceberg = connect(node);
                S3Client s3 = server.client()) {
            topic.create(node);
            topic.produce(node, 0, 100);
            topic.awaitVerified(node, 100);
            assertThat(OutsidePlaces.DECOYS.stream().filter(key -> put(s3, key)))
                    .contains("cluster/main/tables//1", "cluster/main/tables-2/1")
                    .hasSizeGreaterThan(OutsidePlaces.DECOYS.size() / 2);
            http.send("POST", "namespaces", "{\"namespace\":[\"ns\"]}", 200);
            JsonNode made = create(http, "t", Optional.empty());
            String own = made.at("/metadata/location").asText();
            assertThat(own).startsWith(bucket + "/" + TABLES + "ns/t-");
            assertThat(put(s3, key(own) + "0/1")).isTrue();
            assertThat(put(s3, key(own).substring(0, key(own).length() - 1) + "/1")).isTrue();
            assertThat(put(s3, key(own) + "/data/1.parquet")).isTrue();
            Table table = iceberg.loadTable(T);
            table.newAppend().appendFile(file(own + "/data/1.parquet")).commit();
            Map<String, String> before = objects(s3);

            List<String> places = OutsidePlaces.of(bucketName(), key(own));
            locationsAreRefused(http, places);
            for (String inside : List.of(own, own.replace("s3://", "s3a://") + "/", own + "//in")) {
                namespacesAreNotPut(http, inside);
            }
            commitsAreRefused(http, places, table.currentSnapshot().snapshotId());
            dataFilesAreRefused(table, places);
            oneFolderHasManySpellings(http, table);
            foreignMetadataIsNotRegistered(http, places);
            viewsAreNotServed(http, places);
            oddNamesStayBelowTheTables(http);
            neighboursByPrefixAreNotPurged(http);
            http.send("DELETE", "namespaces/ns/tables/t?purgeRequested=true", "", 204);

            Map<String, String> after = objects(s3);
            before.forEach((key, tag) -> {
                if (!key.startsWith(key(own) + "/")) {
                    assertThat(after).as("nothing changed").containsEntry(key, tag);
                }
            });
            assertThat(after.keySet()).noneMatch(key -> key.startsWith(key(own) + "/"));
            assertThat(after.keySet())
                    .filteredOn(key -> !before.containsKey(key))
                    .allMatch(key -> key.startsWith("cluster/"))
                    .noneMatch(key -> key.contains("..") || key.contains("//"));
            topic.produce(node, 100, 200);
            topic.awaitVerified(node, 200);
        }
    }

    /** Connects as an engine does that has the bucket's keys. */
    private RESTCatalog connect(OxbowProcess node) {
        var catalog = new RESTCatalog();
        Map<String, String> properties = new HashMap<>(server.options());
        properties.put("uri", "http://" + node.http() + "/iceberg");
        properties.put("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
        catalog.initialize("c", properties);
        return catalog;
    }

    private static DataFile file(String location) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(location)
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(4)
                .withRecordCount(1)
                .build();
    }

    /** Puts an object; false if the server has no such keys. */
    private boolean put(S3Client s3, String key) {
        try {
            s3.putObject(
                    request -> request.bucket(bucketName()).key(key), RequestBody.fromString(key));
            return true;
        } catch (S3Exception refused) {
            return false;
        }
    }

    private String bucketName() {
        return bucket.substring("s3://".length());
    }

    private String key(String location) {
        return location.substring(bucket.length() + 1);
    }

    /** Returns every object that the node does not write by itself all the time, with its tag. */
    private Map<String, String> objects(S3Client s3) {
        Map<String, String> objects = new TreeMap<>();
        for (S3Object object :
                s3.listObjectsV2Paginator(request -> request.bucket(bucketName())).contents()) {
            if (OutsidePlaces.DECOYS.contains(object.key())
                    || object.key().startsWith(TABLES)
                    || !object.key().startsWith("cluster/")) {
                objects.put(object.key(), object.eTag());
            }
        }
        return objects;
    }

    private static JsonNode create(CatalogHttp http, String name, Optional<String> location)
            throws Exception {
        return http.send("POST", "namespaces/ns/tables", creation(name, location, false), 200);
    }

    private static String creation(String name, Optional<String> location, boolean staged)
            throws Exception {
        return "{\"name\":%s,%s\"stage-create\":%s,\"schema\":%s}"
                .formatted(
                        quoted(name),
                        location.isEmpty()
                                ? ""
                                : "\"location\":%s,".formatted(quoted(location.get())),
                        staged,
                        SCHEMA);
    }

    private void locationsAreRefused(CatalogHttp http, List<String> places) throws Exception {
        for (String place : places) {
            if (place.matches("(?i)s3[an]?://+[^%?#@]*/tables/ns/[^/]*/1")
                    && !place.contains("..")) {
                continue; // a neighbour of the table: a new one may lie there
            }
            for (boolean staged : List.of(false, true)) {
                http.refused("namespaces/ns/tables", creation("n", Optional.of(place), staged));
            }
            namespacesAreNotPut(http, place);
        }
    }

    private static void namespacesAreNotPut(CatalogHttp http, String place) throws Exception {
        http.refused(
                "namespaces",
                "{\"namespace\":[\"m\"],\"properties\":{\"location\":%s}}"
                        .formatted(quoted(place)));
        http.refused(
                "namespaces/ns/properties",
                "{\"removals\":[],\"updates\":{\"location\":%s}}".formatted(quoted(place)));
    }

    private static void commitsAreRefused(CatalogHttp http, List<String> places, long snapshot)
            throws Exception {
        for (String place : places) {
            String path = quoted(place);
            for (String update :
                    List.of(
                            "{\"action\":\"set-location\",\"location\":%s}".formatted(path),
                            "{\"action\":\"set-properties\",\"updates\":{\"write.data.path\":%s}}"
                                    .formatted(path),
                            "{\"action\":\"set-properties\",\"updates\":{\"write.metadata.path\":%s}}"
                                    .formatted(path),
                            "{\"action\":\"set-statistics\",\"snapshot-id\":%1$d,\"statistics\":{\"snapshot-id\":%1$d,\"statistics-path\":%2$s,\"file-size-in-bytes\":1,\"file-footer-size-in-bytes\":1,\"blob-metadata\":[]}}"
                                    .formatted(snapshot, path),
                            "{\"action\":\"set-partition-statistics\",\"partition-statistics\":{\"snapshot-id\":%d,\"statistics-path\":%s,\"file-size-in-bytes\":1}}"
                                    .formatted(snapshot, path),
                            "{\"action\":\"add-snapshot\",\"snapshot\":{\"snapshot-id\":7,\"parent-snapshot-id\":%d,\"sequence-number\":9,\"timestamp-ms\":%d,\"summary\":{\"operation\":\"append\"},\"manifest-list\":%s,\"schema-id\":0}}"
                                    .formatted(snapshot, System.currentTimeMillis(), path))) {
                http.refused(
                        "namespaces/ns/tables/t",
                        "{\"requirements\":[],\"updates\":[%s]}".formatted(update));
            }
        }
    }

    /** The manifests that name the files are written to the bucket by the client itself. */
    private static void dataFilesAreRefused(Table table, List<String> places) {
        for (String place : places) {
            if (place.startsWith("s3") || place.startsWith("/")) {
                assertThatThrownBy(() -> table.newAppend().appendFile(file(place)).commit())
                        .as(place)
                        .isInstanceOfAny(BadRequestException.class, ForbiddenException.class);
            }
        }
    }

    /** Files and statistics in the folder are taken in every spelling, and found again. */
    private static void oneFolderHasManySpellings(CatalogHttp http, Table table) throws Exception {
        long rows = 1;
        for (String scheme : List.of("s3a://", "S3://", "s3n://")) {
            String own = table.location().replace("s3://", scheme);
            table.newAppend().appendFile(file(own + "//data/" + ++rows + ".parquet")).commit();
            http.send(
                    "POST",
                    "namespaces/ns/tables/t",
                    "{\"requirements\":[],\"updates\":[{\"action\":\"set-location\",\"location\":%s},{\"action\":\"set-statistics\",\"snapshot-id\":%2$d,\"statistics\":{\"snapshot-id\":%2$d,\"statistics-path\":%3$s,\"file-size-in-bytes\":1,\"file-footer-size-in-bytes\":1,\"blob-metadata\":[]}}]}"
                            .formatted(
                                    quoted(own + "/"),
                                    table.currentSnapshot().snapshotId(),
                                    quoted(own + "/metadata/" + rows + ".stats")),
                    200);
            table.refresh();
            assertThat(table.location()).startsWith("s3://");
            assertThat(table.currentSnapshot().summary()).containsEntry("total-records", "" + rows);
        }
    }

    private static void foreignMetadataIsNotRegistered(CatalogHttp http, List<String> places)
            throws Exception {
        for (String place : places) {
            http.refused(
                    "namespaces/ns/register",
                    "{\"name\":\"r\",\"metadata-location\":%s}".formatted(quoted(place)));
        }
    }

    /** A view would have a location, too; no route takes one. */
    private static void viewsAreNotServed(CatalogHttp http, List<String> places) throws Exception {
        for (String place : places) {
            HttpResponse<String> answer =
                    http.send(
                            "POST",
                            "namespaces/ns/views",
                            "{\"name\":\"v\",\"location\":%s}".formatted(quoted(place)));
            assertThat(answer.statusCode()).as(place).isEqualTo(406);
        }
    }

    /** Names are refused, or become a folder's name of harmless characters. */
    private void oddNamesStayBelowTheTables(CatalogHttp http) throws Exception {
        for (String name :
                List.of(
                        "..",
                        ".",
                        "...",
                        "%2e%2e",
                        "../../outside",
                        "a/b",
                        "a//b",
                        "/",
                        "t/../t",
                        "t%2f..%2ft",
                        "t?x",
                        "t#x",
                        "t;x",
                        "t\\x",
                        "a\u001fb",
                        "\u0000",
                        " ",
                        "+",
                        "t\n",
                        "\ud83d\ude00",
                        "n".repeat(60))) {
            HttpResponse<String> made =
                    http.send(
                            "POST",
                            "namespaces/ns/tables",
                            creation(name, Optional.empty(), false));
            if (made.statusCode() != 200) {
                assertThat(made.statusCode()).as(name + made.body()).isEqualTo(400);
                continue;
            }
            String path = "namespaces/ns/tables/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
            assertThat(http.send("GET", path, "", 200).at("/metadata/location").asText())
                    .startsWith(bucket + "/" + TABLES)
                    .matches(".*/tables/ns/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}");
            http.send("DELETE", path + "?purgeRequested=true", "", 204);
        }
    }

    private void neighboursByPrefixAreNotPurged(CatalogHttp http) throws Exception {
        String folder = bucket + "/" + TABLES + "mine/p";
        create(http, "p", Optional.of(folder.replace("s3://", "s3a://")));
        create(http, "n0", Optional.of(folder + "2"));
        create(http, "n1", Optional.of(folder + "-"));
        create(http, "n2", Optional.of(folder + ".x"));
        http.refused("namespaces/ns/tables", creation("n3", Optional.of(folder + "%"), false));
        for (String inside : List.of("", "/", "/in", "//data", "/metadata", "/../p", "/../p/in")) {
            for (String scheme : List.of("s3://", "s3a://", "s3n://", "S3A://")) {
                String place = folder.replace("s3://", scheme) + inside;
                http.refused("namespaces/ns/tables", creation("q", Optional.of(place), false));
            }
        }
        http.refused(
                "namespaces/ns/tables",
                creation("q", Optional.of(bucket + "/" + TABLES + "mine"), false));

        http.send("DELETE", "namespaces/ns/tables/p?purgeRequested=true", "", 204);

        for (String neighbour : List.of("n0", "n1", "n2")) {
            http.send("GET", "namespaces/ns/tables/" + neighbour, "", 200);
        }
    }
}
