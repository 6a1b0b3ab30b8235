package io.oxbow.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.schema.InMemorySchemaLog.Fault;
import io.oxbow.schema.RegistryViews.Deleted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests registrations, deletions and replays of the registry. */
final class SchemaRegistryTest {

    private static final String V1 = record("{\"name\":\"a\",\"type\":\"long\"}");
    private static final String WITH_DEFAULT =
            record(
                    "{\"name\":\"a\",\"type\":\"long\"},"
                            + "{\"name\":\"b\",\"type\":\"int\",\"default\":7}");
    private static final String WITHOUT_DEFAULT =
            record("{\"name\":\"a\",\"type\":\"long\"},{\"name\":\"b\",\"type\":\"int\"}");
    private static final String OTHER_TYPE = record("{\"name\":\"a\",\"type\":\"string\"}");

    private final InMemorySchemaLog log = new InMemorySchemaLog();
    private final SchemaRegistry registry = SchemaRegistry.open(log);

    private static String record(String fields) {
        return "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"n\",\"fields\":["
                + fields
                + "]}";
    }

    private SubjectVersion register(String subject, String text) {
        return registry.register(subject, text, List.of());
    }

    private static SchemaRegistry.Candidate candidate(String text) {
        return new SchemaRegistry.Candidate(text, List.of(), false);
    }

    private static void refused(RegistryError error, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    @Test
    void oneSchemaHasOneIdUnderAllSubjects() {
        SubjectVersion first = register("s", V1);
        SubjectVersion again = register("s", V1.replace(":", " : "));
        SubjectVersion elsewhere = register("t", V1);
        SubjectVersion other = register("u", OTHER_TYPE);

        assertThat(first.id()).isEqualTo(1);
        assertThat(again).isEqualTo(first);
        assertThat(elsewhere.id()).isEqualTo(1);
        assertThat(other.id()).isEqualTo(2);
        assertThat(log.endOffset()).isEqualTo(3);
        assertThat(registry.schema(1).orElseThrow().avro().getFullName()).isEqualTo("n.R");
    }

    @Test
    void docAndDefaultsAreKeptInTheText() {
        String text =
                "{\"type\":\"record\",\"name\":\"D\",\"doc\":\"why\",\"fields\":[{\"name\":\"a\","
                        + "\"type\":[\"null\",\"int\"],\"default\":null,\"aliases\":[\"b\"]}]}";

        assertThat(register("s", text).schema().text()).isEqualTo(text);
    }

    @Test
    void reopenedRegistrySaysTheSame() {
        register("s", V1);
        register("s", WITH_DEFAULT);
        registry.setLevel("s", CompatibilityLevel.FULL);
        registry.setGlobalLevel(CompatibilityLevel.FORWARD);
        register("gone", OTHER_TYPE);
        registry.deleteSubject("gone", false);

        SchemaRegistry reopened = SchemaRegistry.open(log);

        assertThat(reopened.views().versions("s", Deleted.EXCLUDED)).hasSize(2);
        assertThat(reopened.views().level("s")).contains(CompatibilityLevel.FULL);
        assertThat(reopened.views().globalLevel()).isEqualTo(CompatibilityLevel.FORWARD);
        assertThat(reopened.views().subjects("", Deleted.EXCLUDED)).containsExactly("s");
        assertThat(reopened.views().subjects("", Deleted.ONLY)).containsExactly("gone");
        assertThat(reopened.schema(3)).isPresent();
    }

    @Test
    void anotherWritersSchemaIsFoundOnceItIsInTheLog() {
        SchemaRegistry other = SchemaRegistry.open(log);
        int id = other.register("s", V1, List.of()).id();

        assertThat(registry.schema(id)).isPresent();
        assertThat(register("s", V1).version()).isEqualTo(1);
        assertThat(register("s", WITH_DEFAULT).id()).isEqualTo(id + 1);
    }

    @Test
    void lostRecordLeavesNothingBehind() {
        log.failNextAppend(Fault.LOST_RECORD);

        assertThatThrownBy(() -> register("s", V1)).isInstanceOf(SchemaLogException.class);
        assertThat(registry.views().subjects("", Deleted.INCLUDED)).isEmpty();
        assertThat(register("s", V1).id()).isEqualTo(1);
    }

    @Test
    void lostAnswerIsFoundOutByTheNextWrite() {
        log.failNextAppend(Fault.LOST_ANSWER);

        assertThatThrownBy(() -> register("s", V1)).isInstanceOf(SchemaLogException.class);
        SubjectVersion again = register("s", V1);

        assertThat(again.version()).isEqualTo(1);
        assertThat(again.id()).isEqualTo(1);
        assertThat(log.endOffset()).isEqualTo(1);
    }

    @Test
    void recordsThatMakeNoSenseAreSkipped() {
        register("s", V1);
        log.append(null, null);
        log.append("x".getBytes(StandardCharsets.UTF_8), null);
        log.append("{\"keytype\":\"NEW\"}".getBytes(StandardCharsets.UTF_8), new byte[] {1});
        RegistryRecord clash =
                new RegistryRecord.SchemaVersion("z", 1, 1, List.of(), OTHER_TYPE, false);
        log.append(RegistryRecordCodec.key(clash), RegistryRecordCodec.value(clash));

        SchemaRegistry reopened = SchemaRegistry.open(log);

        assertThat(reopened.schema(1).orElseThrow().text()).isEqualTo(V1);
        assertThat(reopened.views().subjects("", Deleted.INCLUDED)).containsExactly("s");
        assertThat(reopened.register("t", WITH_DEFAULT, List.of()).id()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        // candidate over V1:      with default, without default, other type
        "NONE,                    true,  true,  true",
        "BACKWARD,                true,  false, false",
        "BACKWARD_TRANSITIVE,     true,  false, false",
        "FORWARD,                 true,  true,  false",
        "FORWARD_TRANSITIVE,      true,  true,  false",
        "FULL,                    true,  false, false",
        "FULL_TRANSITIVE,         true,  false, false"
    })
    void levelDecidesWhatMayFollow(
            CompatibilityLevel level, boolean with, boolean without, boolean type) {
        register("s", V1);
        registry.setLevel("s", level);
        List<SubjectVersion> earlier = registry.views().versions("s", Deleted.EXCLUDED);

        assertThat(registry.violations("s", candidate(WITH_DEFAULT), earlier).isEmpty())
                .isEqualTo(with);
        assertThat(registry.violations("s", candidate(WITHOUT_DEFAULT), earlier).isEmpty())
                .isEqualTo(without);
        assertThat(registry.violations("s", candidate(OTHER_TYPE), earlier).isEmpty())
                .isEqualTo(type);
    }

    @Test
    void onlyTransitiveLevelsLookPastTheLatest() {
        String none = record("");
        String withB = record("{\"name\":\"b\",\"type\":\"string\",\"default\":\"\"}");
        String bAsInt = record("{\"name\":\"b\",\"type\":\"int\",\"default\":0}");
        register("s", withB);
        register("s", none);
        registry.setLevel("s", CompatibilityLevel.BACKWARD_TRANSITIVE);
        refused(RegistryError.INCOMPATIBLE_SCHEMA, () -> register("s", bAsInt));

        registry.setLevel("s", CompatibilityLevel.BACKWARD);

        assertThat(register("s", bAsInt).version()).isEqualTo(3);
    }

    @Test
    void incompatibilityIsExplained() {
        register("s", V1);

        assertThatThrownBy(() -> register("s", WITHOUT_DEFAULT))
                .hasMessageContaining("subject \"s\"")
                .hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE at '/fields/1'")
                .hasMessageContaining("reader: new schema, writer: version 1");
    }

    @Test
    void globalLevelHoldsWhereTheSubjectHasNone() {
        register("s", V1);
        registry.setGlobalLevel(CompatibilityLevel.NONE);
        register("s", OTHER_TYPE);

        assertThat(registry.resetGlobalLevel()).isEqualTo(CompatibilityLevel.NONE);

        refused(RegistryError.INCOMPATIBLE_SCHEMA, () -> register("s", WITHOUT_DEFAULT));
    }

    @Test
    void softDeletedSubjectIsHiddenButItsIdsStay() {
        register("s", V1);
        register("s", WITH_DEFAULT);
        registry.setLevel("s", CompatibilityLevel.FULL);

        assertThat(registry.deleteSubject("s", false)).containsExactly(1, 2);

        refused(
                RegistryError.SUBJECT_NOT_FOUND,
                () -> registry.views().versions("s", Deleted.EXCLUDED));
        refused(RegistryError.SUBJECT_SOFT_DELETED, () -> registry.deleteSubject("s", false));
        assertThat(registry.schema(2)).isPresent();
        assertThat(registry.views().level("s")).contains(CompatibilityLevel.FULL);
        SubjectVersion back = register("s", WITH_DEFAULT);
        assertThat(back.version()).isEqualTo(3);
        assertThat(back.id()).isEqualTo(2);
    }

    @Test
    void permanentDeletionComesOnlyAfterASoftOne() {
        register("s", V1);
        refused(RegistryError.SUBJECT_NOT_SOFT_DELETED, () -> registry.deleteSubject("s", true));
        refused(RegistryError.VERSION_NOT_SOFT_DELETED, () -> registry.deleteVersion("s", 1, true));
        registry.deleteVersion("s", 1, false);
        refused(RegistryError.VERSION_SOFT_DELETED, () -> registry.deleteVersion("s", 1, false));

        registry.deleteVersion("s", 1, true);

        assertThat(registry.schema(1)).isEmpty();
        refused(RegistryError.SUBJECT_NOT_FOUND, () -> registry.deleteSubject("s", true));
    }

    @Test
    void idsAreNeverGivenOutTwiceAlsoAfterCompaction() {
        register("s", V1);
        register("t", OTHER_TYPE);
        registry.deleteSubject("t", false);
        registry.deleteSubject("t", true);
        log.compact();

        SchemaRegistry reopened = SchemaRegistry.open(log);

        assertThat(reopened.schema(2)).isEmpty();
        assertThat(reopened.register("u", WITH_DEFAULT, List.of()).id()).isEqualTo(3);
    }

    @Test
    void permanentDeletionOfOneUseKeepsTheOthers() {
        register("s", V1);
        register("t", V1);
        registry.deleteSubject("s", false);
        registry.deleteSubject("s", true);

        assertThat(registry.schema(1)).isPresent();
        assertThat(registry.views().versionsOf(1, false))
                .extracting(SubjectVersion::subject)
                .containsExactly("t");
    }

    @Test
    void referencedTypesAreResolvedAndStayNames() {
        String inner =
                "{\"type\":\"record\",\"name\":\"Inner\",\"namespace\":\"n\",\"fields\":[{\"name\":\"x\","
                        + "\"type\":\"int\"}]}";
        String middle = record("{\"name\":\"i\",\"type\":\"n.Inner\"}");
        String outer =
                "{\"type\":\"record\",\"name\":\"Outer\",\"namespace\":\"n\",\"fields\":["
                        + "{\"name\":\"r\",\"type\":\"R\"}]}";
        register("inner", inner);
        registry.register("middle", middle, List.of(new SchemaReference("n.Inner", "inner", 1)));
        List<SchemaReference> toMiddle = List.of(new SchemaReference("n.R", "middle", 1));

        SubjectVersion registered = registry.register("outer", outer, toMiddle);

        assertThat(registered.schema().text()).doesNotContain("Inner").contains("\"R\"");
        assertThat(
                        registry.lookUp(
                                "outer",
                                new SchemaRegistry.Candidate(outer, toMiddle, false),
                                false))
                .isEqualTo(registered);
        assertThat(
                        SchemaRegistry.open(log)
                                .schema(registered.id())
                                .orElseThrow()
                                .avro()
                                .getField("r")
                                .schema()
                                .getField("i")
                                .schema()
                                .getFullName())
                .isEqualTo("n.Inner");
        refused(RegistryError.REFERENCE_EXISTS, () -> registry.deleteSubject("middle", false));
        refused(RegistryError.INVALID_SCHEMA, () -> register("outer2", outer));
        refused(
                RegistryError.INVALID_SCHEMA,
                () ->
                        registry.register(
                                "o", outer, List.of(new SchemaReference("n.R", "middle", 9))));
    }

    @Test
    void badSchemasAndSubjectsAreRefused() {
        refused(RegistryError.INVALID_SCHEMA, () -> register("s", "{\"type\":\"nope\"}"));
        refused(RegistryError.INVALID_SCHEMA, () -> register("s", "not json"));
        refused(RegistryError.INVALID_SCHEMA, () -> register("s", ""));
        refused(
                RegistryError.INVALID_SCHEMA,
                () -> register("s", record("{\"name\":\"a\",\"type\":\"int\",\"default\":\"x\"}")));
        refused(
                RegistryError.INVALID_SCHEMA,
                () -> register("s", " ".repeat(SchemaRegistry.SCHEMA_LENGTH_MAX) + "\"int\""));
        refused(RegistryError.INVALID_SCHEMA, () -> register("s", "[".repeat(100_000)));
        refused(RegistryError.INVALID_SUBJECT, () -> register("", "\"int\""));
        refused(RegistryError.INVALID_SUBJECT, () -> register("a\nb", "\"int\""));
        assertThat(log.endOffset()).isZero();
    }

    @Test
    void concurrentRegistrationsGiveEverySchemaOneId() throws Exception {
        List<Future<SubjectVersion>> answers = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                String text = "{\"type\":\"fixed\",\"name\":\"F" + i % 20 + "\",\"size\":4}";
                String subject = "s" + i;
                answers.add(executor.submit(() -> register(subject, text)));
            }
        }
        Set<Integer> ids = new HashSet<>();
        for (Future<SubjectVersion> answer : answers) {
            ids.add(answer.get().id());
        }
        assertThat(ids).hasSize(20);
        assertThat(registry.maxId()).isEqualTo(20);
        assertThat(SchemaRegistry.open(log).views().subjects("", Deleted.EXCLUDED)).hasSize(200);
    }
}
