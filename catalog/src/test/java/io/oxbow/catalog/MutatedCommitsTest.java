package io.oxbow.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests commits and creations that are right but for a field or two. Each is answered with what is
 * wrong with it, or taken, and what is taken leaves a table that can be loaded and committed to.
 */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MutatedCommitsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TABLES = "/v1/namespaces/n/tables";

    private static final String CREATION =
            """
            {"name":"t","schema":{"type":"struct","schema-id":0,"identifier-field-ids":[1],"fields":[
              {"id":1,"name":"id","required":true,"type":"long"},
              {"id":2,"name":"s","required":false,"type":{"type":"struct","fields":[{"id":3,"name":"x","required":false,"type":"string"}]}},
              {"id":4,"name":"l","required":false,"type":{"type":"list","element-id":5,"element":"decimal(9,2)","element-required":false}},
              {"id":6,"name":"ts","required":false,"type":"timestamptz"}]},
             "partition-spec":{"spec-id":0,"fields":[{"source-id":6,"field-id":1000,"name":"ts_day","transform":"day"}]},
             "write-order":{"order-id":1,"fields":[{"transform":"identity","source-id":1,"direction":"asc","null-order":"nulls-first"}]},
             "stage-create":false,"properties":{"format-version":"2","comment":"c"}}
            """;

    private static final List<String> UPDATES =
            List.of(
                    "{\"action\":\"assign-uuid\",\"uuid\":\"0189f7b1-5cc2-7bb0-9d37-0a0c3e5d6a01\"}",
                    "{\"action\":\"upgrade-format-version\",\"format-version\":2}",
                    "{\"action\":\"add-schema\",\"last-column-id\":9,\"schema\":{\"type\":\"struct\",\"schema-id\":1,\"fields\":[{\"id\":1,\"name\":\"id\",\"required\":true,\"type\":\"long\"},{\"id\":6,\"name\":\"ts\",\"required\":false,\"type\":\"timestamptz\"},{\"id\":9,\"name\":\"m\",\"required\":false,\"type\":{\"type\":\"map\",\"key-id\":7,\"key\":\"string\",\"value-id\":8,\"value\":\"int\",\"value-required\":false}}]}}",
                    "{\"action\":\"set-current-schema\",\"schema-id\":-1}",
                    "{\"action\":\"add-spec\",\"spec\":{\"spec-id\":1,\"fields\":[{\"source-id\":1,\"field-id\":1001,\"name\":\"id_bucket\",\"transform\":\"bucket[4]\"}]}}",
                    "{\"action\":\"set-default-spec\",\"spec-id\":-1}",
                    "{\"action\":\"add-sort-order\",\"sort-order\":{\"order-id\":2,\"fields\":[{\"transform\":\"truncate[3]\",\"source-id\":1,\"direction\":\"desc\",\"null-order\":\"nulls-last\"}]}}",
                    "{\"action\":\"set-default-sort-order\",\"sort-order-id\":-1}",
                    "{\"action\":\"set-snapshot-ref\",\"ref-name\":\"b\",\"type\":\"branch\",\"snapshot-id\":1,\"min-snapshots-to-keep\":1}",
                    "{\"action\":\"remove-snapshot-ref\",\"ref-name\":\"b\"}",
                    "{\"action\":\"remove-snapshots\",\"snapshot-ids\":[1,2]}",
                    "{\"action\":\"set-properties\",\"updates\":{\"a\":\"b\"}}",
                    "{\"action\":\"remove-properties\",\"removals\":[\"a\"]}",
                    "{\"action\":\"remove-statistics\",\"snapshot-id\":1}",
                    "{\"action\":\"remove-partition-statistics\",\"snapshot-id\":1}",
                    "{\"action\":\"remove-partition-specs\",\"spec-ids\":[1]}",
                    "{\"action\":\"remove-schemas\",\"schema-ids\":[1]}",
                    "{\"action\":\"add-encryption-key\",\"encryption-key\":{\"key-id\":\"k\",\"encrypted-key-metadata\":\"AA==\"}}",
                    "{\"action\":\"remove-encryption-key\",\"key-id\":\"k\"}");

    private static final List<String> REQUIREMENTS =
            List.of(
                    "{\"type\":\"assert-ref-snapshot-id\",\"ref\":\"main\",\"snapshot-id\":null}",
                    "{\"type\":\"assert-last-assigned-field-id\",\"last-assigned-field-id\":6}",
                    "{\"type\":\"assert-current-schema-id\",\"current-schema-id\":0}",
                    "{\"type\":\"assert-last-assigned-partition-id\",\"last-assigned-partition-id\":1000}",
                    "{\"type\":\"assert-default-spec-id\",\"default-spec-id\":0}",
                    "{\"type\":\"assert-default-sort-order-id\",\"default-sort-order-id\":1}");

    private static final List<String> ODD =
            List.of(
                    "null",
                    "true",
                    "0",
                    "-1",
                    "7",
                    "99999",
                    "2147483648",
                    "1e400",
                    "1.5",
                    "\"\"",
                    "\"x\"",
                    "\"bucket[0]\"",
                    "\"bucket[-1]\"",
                    "\"bucket[99999999999]\"",
                    "\"truncate[x]\"",
                    "\"decimal(99,1)\"",
                    "\"decimal(0,9)\"",
                    "\"fixed[-1]\"",
                    "\"fixed[2147483647]\"",
                    "\"variant\"",
                    "\"geometry\"",
                    "\"timestamp_ns\"",
                    "\"unknown\"",
                    "[]",
                    "[null]",
                    "{}",
                    "[[1]]",
                    "{\"type\":\"struct\",\"fields\":[]}",
                    "\"\\u0000\"",
                    "\"\\ud800\"");

    @TempDir Path directory;
    private CatalogServer server;

    @BeforeEach
    void start() throws Exception {
        server =
                new CatalogServer(
                        new PointerCatalog(
                                        new PointerCatalog.Settings(
                                                "oxbow", directory.toUri().toString(), Map.of()),
                                        new InMemoryTablePointers(),
                                        new LocalFileIO())
                                .guarded(CommitRule.NONE));
        server.send("POST", "/v1/namespaces", "{\"namespace\":[\"n\"]}");
        assertThat(server.send("POST", TABLES, CREATION).statusCode()).isEqualTo(200);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void commitIsAnsweredAndLeavesATable(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        int taken = 0;
        for (int i = 0; i < 400; i++) {
            if (random.nextInt(8) == 0) {
                taken += create(random);
                continue;
            }
            String body = mutated(random, commit(random));
            HttpResponse<String> answer = server.send("POST", TABLES + "/t", body);
            check(body, answer);
            taken += answer.statusCode() == 200 ? 1 : 0;
            loadsAndTakesCommits(body);
        }
        assertThat(taken).isBetween(10, 390);
    }

    private int create(SplittableRandom random) throws Exception {
        String body = mutated(random, CREATION.replace("\"t\"", "\"u\""));
        HttpResponse<String> answer = server.send("POST", TABLES, body);
        check(body, answer);
        if (answer.statusCode() != 200) {
            return 0;
        }
        // The name may be another now.
        server.send("DELETE", TABLES + "/u", "");
        return 1;
    }

    private static void check(String body, HttpResponse<String> answer) throws Exception {
        String what = body + " -> " + answer.statusCode() + " " + answer.body();
        assertThat(answer.statusCode()).as(what).isLessThan(500);
        if (answer.statusCode() != 200) {
            JsonNode error = JSON.readTree(answer.body()).path("error");
            assertThat(error.path("message").asText()).as(what).isNotBlank();
        }
    }

    private void loadsAndTakesCommits(String after) throws Exception {
        HttpResponse<String> loaded = server.send("GET", TABLES + "/t", "");
        assertThat(loaded.statusCode()).as("%s%n%s", after, loaded.body()).isEqualTo(200);
        HttpResponse<String> plain =
                server.send(
                        "POST",
                        TABLES + "/t",
                        "{\"requirements\":[],\"updates\":[{\"action\":\"set-properties\",\"updates\":{\"comment\":\"again\"}}]}");
        assertThat(plain.statusCode()).as("%s%n%s", after, plain.body()).isEqualTo(200);
    }

    private static String commit(SplittableRandom random) {
        List<String> updates = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            updates.add(UPDATES.get(random.nextInt(UPDATES.size())));
        }
        List<String> requirements = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            requirements.add(REQUIREMENTS.get(random.nextInt(REQUIREMENTS.size())));
        }
        return "{\"requirements\":[%s],\"updates\":[%s]}"
                .formatted(String.join(",", requirements), String.join(",", updates));
    }

    /** Returns the document with a value replaced, removed or doubled, at up to two places. */
    private static String mutated(SplittableRandom random, String document) throws Exception {
        JsonNode tree = JSON.readTree(document);
        for (int i = random.nextInt(3); i > 0; i--) {
            List<ContainerNode<?>> places = new ArrayList<>();
            collect(tree, places);
            mutate(random, places.get(random.nextInt(places.size())));
        }
        return tree.toString();
    }

    private static void collect(JsonNode tree, List<ContainerNode<?>> places) {
        if (tree instanceof ContainerNode<?> place && !place.isEmpty()) {
            places.add(place);
        }
        tree.forEach(child -> collect(child, places));
    }

    private static void mutate(SplittableRandom random, ContainerNode<?> place) throws Exception {
        JsonNode odd = JSON.readTree(ODD.get(random.nextInt(ODD.size())));
        int kind = random.nextInt(4);
        if (place instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            if (kind == 0) {
                object.remove(name);
            } else if (kind == 1) {
                object.set(name, object.get(names.get(random.nextInt(names.size()))).deepCopy());
            } else {
                object.set(name, odd);
            }
        } else if (place instanceof ArrayNode array) {
            int index = random.nextInt(array.size());
            if (kind == 0) {
                array.remove(index);
            } else if (kind == 1) {
                array.add(array.get(index).deepCopy());
            } else {
                array.set(index, odd == null ? JsonNodeFactory.instance.nullNode() : odd);
            }
        }
    }
}
