package io.oxbow.tableflow.translate;

import static io.oxbow.tableflow.MemoryLog.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.tableflow.MemoryLogSource;
import io.oxbow.tableflow.TableWorld;
import io.oxbow.tableflow.verify.TableVerifier;
import io.oxbow.tableflow.verify.VerifyResult;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the decisions of {@code auto}, and a table that an earlier topic left behind. */
class RoundFormatsTest {

    private final TableWorld world = new TableWorld().set("table.partition.by", "");

    private void verify() {
        TableIdentifier quarantine = QuarantineTable.identifier(world.identifier());
        VerifyResult result =
                new TableVerifier(
                                new MemoryLogSource(world.log, 2),
                                new TableVerifier.Tables(
                                        world.table(),
                                        world.catalog.tableExists(quarantine)
                                                ? world.catalog.loadTable(quarantine)
                                                : null),
                                world.schemas,
                                TableVerifier.Gaps.NONE)
                        .verify();
        assertThat(result).isInstanceOf(VerifyResult.Right.class);
    }

    private String value(String property) {
        return world.table().properties().get(property);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "", "\0\0\0\0\7x", "[1]", "\u00ff"})
    void oneOddFirstRecordDoesNotFixTheFormat(String odd) {
        world.log.append(0, odd);
        world.settle();
        world.log.append(0, "{\"id\":1}", "{\"id\":2}");
        world.log.append(1, "{\"id\":3}");
        world.settle();

        assertThat(value("oxbow.value-format")).isEqualTo("json");
        assertThat(world.rows()).hasSize(4);
        assertThat(world.rows()).extracting(row -> row.getField("id")).contains(1L, 2L, 3L);
        verify();
    }

    @Test
    void mostOfTheFirstRoundDecides() {
        world.log.append(0, "hello", "{\"id\":1}", "{\"id\":2}");
        world.settle();

        assertThat(world.rows()).hasSize(2);
        assertThat(world.quarantine()).hasSize(1);
        verify();
    }

    @Test
    void aTopicOfTextStaysWhatItIs() {
        world.log.append(0, "a", "b", "c");
        world.settle();
        world.log.append(0, "{\"id\":1}");
        world.settle();
        world.log.append(0, "d");
        world.settle();

        assertThat(value("oxbow.value-format")).isEqualTo("raw");
        assertThat(world.rows()).hasSize(5);
        verify();
    }

    @Test
    void afterAThousandTheFormatStays() {
        for (int i = 0; i < 40; i++) {
            String[] values = new String[50];
            java.util.Arrays.setAll(values, v -> "{\"id\":%d}".formatted(v));
            world.log.append(0, values);
        }
        world.settle();
        for (int i = 0; i < 3; i++) {
            String[] values = new String[1_000];
            java.util.Arrays.fill(values, "text");
            world.log.append(1, values);
        }
        world.settle();

        assertThat(value("oxbow.value-format")).isEqualTo("json");
        assertThat(world.rows()).hasSize(2_000);
        assertThat(world.quarantine()).hasSize(3_000);
        verify();
    }

    @Test
    void aSettingCountsFromThenOnAndAutoKeepsIt() {
        world.log.append(0, "{\"id\":1}", "{\"id\":2}");
        world.settle();
        world.set("table.value.format", "string").log.append(0, "{\"id\":3}");
        world.settle();
        world.set("table.value.format", "raw").log.append(1, "{\"id\":4}");
        world.settle();
        world.set("table.value.format", "json").log.append(1, "{\"id\":5}", "text");
        world.settle();

        assertThat(world.rows()).extracting(row -> row.getField("id")).contains(1L, 2L, 5L);
        assertThat(world.rows().get(2).getField("kafka_value")).isEqualTo("{\"id\":3}");
        assertThat(world.quarantine()).hasSize(1);
        verify();
    }

    @Test
    void keysAreDecidedLikeValues() {
        world.log.append(0, new SimpleRecord(world.log.tick(), bytes("k"), bytes("{\"id\":1}")));
        world.settle();
        world.log.append(
                0,
                new SimpleRecord(world.log.tick(), bytes("{\"k\":1}"), bytes("{\"id\":2}")),
                new SimpleRecord(world.log.tick(), bytes("{\"k\":2}"), bytes("{\"id\":3}")));
        world.settle();

        assertThat(value("oxbow.key-format")).isEqualTo("json");
        assertThat(world.rows()).hasSize(3);
        verify();
    }

    @Test
    void theQuarantineOfAnEarlierTopicIsSetAside() {
        world.log.append(0, "{\"id\":1}", "{\"id\":2}", "not json");
        world.settle();
        TableIdentifier quarantine = QuarantineTable.identifier(world.identifier());
        world.catalog.dropTable(world.identifier(), false);
        UUID earlier = world.topicId;
        world.topicId = UUID.randomUUID();

        world.settle();

        assertThat(world.rows()).hasSize(2);
        assertThat(world.quarantine()).hasSize(1);
        assertThat(
                        TableWorld.rows(
                                world.catalog.loadTable(
                                        TableIdentifier.of(
                                                quarantine.namespace(),
                                                quarantine.name() + "_" + earlier))))
                .hasSize(1);
        verify();
    }
}
