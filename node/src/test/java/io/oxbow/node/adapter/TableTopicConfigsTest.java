package io.oxbow.node.adapter;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.ConfigRules;
import io.oxbow.broker.config.TopicConfigs;
import io.oxbow.s3stream.testkit.OddTexts;
import io.oxbow.tableflow.config.TableConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that each {@code table.*} key judges an odd value the same for a new topic and a living
 * one. The value is refused with a text that says what is allowed, or it makes the table's
 * configuration.
 */
class TableTopicConfigsTest {

    private static final List<String> VALUES = OddTexts.all(Long.getLong("oxbow.settings.seed", 1));

    /** Keys that a topic's table keeps as long as it has one. */
    private static final Set<String> KEPT =
            Set.of(TableConfig.NAMESPACE, TableConfig.NAME, TableConfig.COLUMN_PREFIX);

    private final ConfigRules rules =
            new TopicConfigs(
                            BrokerConfig.of(Map.of()),
                            new TableTopicConfigs((_, _, _) -> Optional.empty()))
                    .rules();

    static Set<String> keys() {
        return new TreeSet<>(TableConfig.definitions().names());
    }

    private Optional<String> refusal(
            String topic, Map<String, String> after, Map<String, String> before) {
        try {
            rules.validate(new ConfigResource(ConfigResource.Type.TOPIC, topic), after, before);
            return Optional.empty();
        } catch (InvalidConfigurationException | ConfigException e) {
            return Optional.of(requireNonNull(e.getMessage()));
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void oddValueGetsOneVerdict(String key) {
        for (String value : VALUES) {
            Map<String, String> after = Map.of(key, value);
            Optional<String> verdict = refusal("orders", after, Map.of());
            assertThat(refusal("orders", after, Map.of("retention.ms", "5"))).isEqualTo(verdict);
            if (!key.equals(TableConfig.ENABLE) && !KEPT.contains(key)) {
                var on = Map.of(TableConfig.ENABLE, "true");
                assertThat(refusal("orders", Map.of(key, value, TableConfig.ENABLE, "true"), on))
                        .isEqualTo(verdict);
            }
            if (verdict.isPresent()) {
                assertThat(verdict.get())
                        .startsWith("Invalid value ")
                        .containsAnyOf(value, parsed(key, value))
                        .containsPattern(" for configuration " + key + ": .*[a-z]{3}");
            } else {
                assertThat(hasTheKeysForm(key, value.trim())).as("%s=%s", key, value).isTrue();
                assertThatCode(() -> TableConfig.of("orders", after)).doesNotThrowAnyException();
            }
        }
    }

    /** Returns a value as Kafka's texts have it once it is a number. */
    private static String parsed(String key, String value) {
        ConfigDef.Type type = requireNonNull(TableConfig.definitions().configKeys().get(key)).type;
        try {
            return type == ConfigDef.Type.LONG || type == ConfigDef.Type.INT
                    ? Long.toString(Long.parseLong(value.trim()))
                    : value.trim();
        } catch (NumberFormatException e) {
            return value;
        }
    }

    private static boolean hasTheKeysForm(String key, String value) {
        return switch (key) {
            case TableConfig.ENABLE, TableConfig.PAUSE, TableConfig.RETENTION_PIN ->
                    value.matches("(?i)true|false");
            case TableConfig.FRESHNESS_MS,
                    TableConfig.RETENTION_MS,
                    TableConfig.SNAPSHOT_RETENTION_MS,
                    TableConfig.SNAPSHOT_MIN_COUNT,
                    TableConfig.FILE_TARGET_BYTES ->
                    value.matches("[-+]?[0-9]+");
            case TableConfig.KEY_FORMAT, TableConfig.VALUE_FORMAT ->
                    value.matches("auto|avro|json|string|raw");
            case TableConfig.NAME -> value.matches("[A-Za-z0-9_-]*");
            case TableConfig.NAMESPACE -> value.matches("([A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*)?");
            case TableConfig.COLUMN_PREFIX -> value.matches("[a-z_][a-z0-9_]*");
            case TableConfig.PARTITION_BY -> isPartitioning(value);
            default -> throw new AssertionError("no row for " + key);
        };
    }

    private static boolean isPartitioning(String value) {
        return value.isEmpty()
                || !value.matches("(?s).*[\\p{Cc}\\p{Cf}\\p{Z}&&[^ ]].*")
                        && !value.matches("\\s*,.*|.*,\\s*|.*,\\s*,.*");
    }

    /** Kafka has such topics; only a table needs more of a name. */
    @ParameterizedTest
    @ValueSource(strings = {"a.", "a..b", "..x", "..."})
    void topicWhoseNameGivesNoTablesNameIsRefusedOnlyWithATable(String topic) {
        assertThat(refusal(topic, Map.of(TableConfig.ENABLE, "false"), Map.of())).isEmpty();
        assertThat(refusal(topic, Map.of(TableConfig.ENABLE, "true"), Map.of()).orElse(""))
                .contains("'" + topic + "'", "its table needs a name");
        var named =
                Map.of(
                        TableConfig.ENABLE,
                        "true",
                        TableConfig.NAME,
                        "t",
                        TableConfig.NAMESPACE,
                        "n");
        assertThat(refusal(topic, named, Map.of())).isEmpty();
    }

    /** An earlier version may have taken what this one refuses. */
    @Test
    void settingsThatAreNoneAnyMoreMayBeAltered() {
        var before = Map.of(TableConfig.ENABLE, "true", TableConfig.PARTITION_BY, "day(a),hour(a)");
        assertThat(refusal("orders", before, before)).isPresent();
        assertThat(
                        refusal(
                                "orders",
                                Map.of(TableConfig.ENABLE, "true", TableConfig.PARTITION_BY, "a"),
                                before))
                .isEmpty();
    }

    @Test
    void hiddenCharacterInAColumnIsRefused() {
        for (String value : List.of("a\u200b", "day(a\u00a0)", "\u2028a", "a\u0000")) {
            assertThat(refusal("orders", Map.of(TableConfig.PARTITION_BY, value), Map.of()))
                    .as(value)
                    .isPresent();
        }
        assertThat(refusal("orders", Map.of(TableConfig.PARTITION_BY, "gr\u00f6\u00dfe"), Map.of()))
                .isEmpty();
    }
}
