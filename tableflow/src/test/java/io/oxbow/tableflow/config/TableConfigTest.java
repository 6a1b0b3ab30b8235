package io.oxbow.tableflow.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the parsing and validation of a topic's table settings. */
class TableConfigTest {

    @Test
    void defaultsAreThoseOfTheDefinitions() {
        TableConfig config = TableConfig.of("orders", Map.of("cleanup.policy", "delete"));

        assertThat(config.enabled()).isFalse();
        assertThat(config.keyFormat()).isEqualTo(Format.AUTO);
        assertThat(config.valueFormat()).isEqualTo(Format.AUTO);
        assertThat(config.partitionBy()).hasToString("[day(kafka_timestamp)]");
        assertThat(config.freshnessMillis()).isEqualTo(10_000);
        assertThat(config.retentionMillis()).isEqualTo(-1);
        assertThat(config.pin()).isTrue();
        assertThat(config.paused()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"orders,default.orders", "shop.orders,shop.orders", "a.b.c,a.b.c"})
    void theTopicsNameSaysWhereTheTableIs(String topic, String table) {
        assertThat(TableConfig.of(topic, Map.of("table.enable", "true")).identifier())
                .hasToString(table);
    }

    @Test
    void settingsSayWhereTheTableIs() {
        TableConfig config =
                TableConfig.of(
                        "a.b",
                        Map.of(
                                "table.enable", "true",
                                "table.namespace", "x.y",
                                "table.name", "z"));

        assertThat(config.identifier().namespace().levels()).containsExactly("x", "y");
        assertThat(config.identifier().name()).isEqualTo("z");
    }

    @ParameterizedTest
    @CsvSource({
        "table.freshness.ms,99",
        "table.freshness.ms,soon",
        "table.retention.ms,-2",
        "table.value.format,xml",
        "table.enable,yes",
        "table.name,a.b",
        "table.namespace,a b",
        "table.namespace,a..b",
        "table.namespace,a.",
        "table.column.prefix,9_",
        "table.partition.by,week(ts)"
    })
    void aBadValueIsRefusedByName(String key, String value) {
        assertThatThrownBy(() -> TableConfig.of("t", Map.of(key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value);
    }

    @ParameterizedTest
    @CsvSource({"table.name,x", "table.namespace,x", "table.column.prefix,sys_"})
    void settingsThatShapedTheTableCannotChangeWhileItIsOn(String key, String value) {
        TableConfig before = TableConfig.of("t", Map.of("table.enable", "true"));
        TableConfig after = TableConfig.of("t", Map.of("table.enable", "true", key, value));
        TableConfig off = TableConfig.of("t", Map.of(key, value));

        assertThat(TableConfig.refusal(before, after)).isPresent();
        assertThat(TableConfig.refusal(before, off)).isEmpty();
        assertThat(TableConfig.refusal(off, after)).isEmpty();
        assertThat(TableConfig.refusal(before, before)).isEmpty();
    }

    @Test
    void partitionFieldsAreParsed() {
        assertThat(
                        PartitionField.parse(
                                " identity(a), b.c ,BUCKET( 16 , d ),truncate(4,e),year(f),month(g),day(h),hour(i)"))
                .hasToString(
                        "[identity(a), identity(b.c), bucket(16, d), truncate(4, e), year(f), month(g), day(h), hour(i)]");
        assertThat(PartitionField.parse("  ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a,",
                "day()",
                "day(3, a)",
                "bucket(a)",
                "bucket(0, a)",
                "nope(a)",
                "a,a",
                "day(a",
                "bucket(99999999999, a)",
                "a b",
                "day(a),hour(a)",
                "year(a),b,MONTH(a)",
                "a..b",
                ".a",
                "day(a.)"
            })
    void badPartitionFieldsAreRefused(String setting) {
        assertThatThrownBy(() -> PartitionField.parse(setting))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Types of system columns are known before any record is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "day(kafka_offset)",
                "hour(kafka_partition)",
                "truncate(4,kafka_timestamp)",
                "kafka_headers",
                "bucket(4,kafka_headers)",
                "kafka_headers.element.key"
            })
    void partitionFieldThatASystemColumnCannotHaveIsRefused(String setting) {
        assertThatThrownBy(() -> TableConfig.of("t", Map.of("table.partition.by", setting)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("table.partition.by")
                .hasMessageContaining("kafka_");
        String other = setting.replace("kafka_", "k_");
        assertThatThrownBy(() ->
                        TableConfig.of(
                                "t",
                                Map.of("table.partition.by", other, "table.column.prefix", "k_")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("k_");
    }

    @Test
    void nameOfQuarantineTablesIsNoTopicsTable() {
        assertThatThrownBy(
                        () -> TableConfig.of("orders__quarantine", Map.of("table.enable", "true")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("__quarantine");
        assertThat(
                        TableConfig.of(
                                        "orders__quarantine",
                                        Map.of("table.enable", "true", "table.name", "q"))
                                .identifier())
                .hasToString("default.q");
    }

    @Test
    void partitionFieldsOfNestedColumnsAndWrongTypes() {
        Schema schema =
                new Schema(
                        Types.NestedField.optional(
                                1,
                                "user",
                                Types.StructType.of(
                                        Types.NestedField.optional(2, "id", Types.LongType.get()))),
                        Types.NestedField.optional(3, "text", Types.StringType.get()));

        PartitionSpec spec =
                PartitionField.spec(PartitionField.parse("bucket(4, user.id), text"), schema);
        assertThat(spec.fields())
                .extracting(f -> f.name())
                .containsExactly("user_id_bucket", "text");
        assertThatThrownBy(() -> PartitionField.spec(PartitionField.parse("day(text)"), schema))
                .hasMessageContaining("text");
        assertThat(PartitionField.spec(PartitionField.parse("later, text"), schema).fields())
                .extracting(f -> f.name())
                .containsExactly("text");
        assertThatThrownBy(() -> PartitionField.spec(PartitionField.parse("user"), schema))
                .hasMessageContaining("user");
    }
}
