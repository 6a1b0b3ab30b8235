package io.oxbow.node.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.DamagePolicy;
import io.oxbow.broker.config.InertTopicKeys;
import io.oxbow.node.config.NodeConfigKeys;
import io.oxbow.tableflow.config.TableConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/configuration.md} is made from the definitions. Run with {@code
 * -Doxbow.docs.write=true} to write it anew.
 */
class ConfigurationDocumentTest {

    private static final Path DOCUMENT = Path.of("../docs/configuration.md");

    @Test
    void documentSaysWhatTheDefinitionsSay() throws Exception {
        String document = document();
        if (Boolean.getBoolean("oxbow.docs.write")) {
            Files.writeString(DOCUMENT, document);
        }
        assertThat(Files.readString(DOCUMENT))
                .as(
                        "docs/configuration.md is out of date: run this test with -Doxbow.docs.write=true")
                .isEqualTo(document);
    }

    private static String document() {
        return """
        # Configuration

        One properties file (`bin/oxbow start --config FILE`); `--set KEY=VALUE` goes over it. An unknown key or a bad
        value stops the start. This page is made from the definitions in the code.

        ## The node's own keys

        %s
        ## How the bucket is reached

        For streams and tables alike: %s. What they mean, and which store needs which, is in
        [object-stores.md](object-stores.md).

        ## Kafka's keys

        They mean what they mean in Kafka. Keys of Kafka's that are not listed have no meaning here and stop the start.
        The defaults are Kafka's, but for `node.id`, `listeners` and `fetch.max.bytes`, which is 57671680 there: smaller replies
        are read faster (decision [0011](decisions/0011-fetch-path.md)); raise it for consumers that are far away. Without `node.id` a node has
        the id that it had before, or the next that the cluster's log gives: 1 in a new one.

        %s
        ## Topic configs of the broker

        Kafka's own mean what they mean in Kafka, or are refused with the reason; and beside them:

        %s
        These of Kafka's are taken, since Kafka Streams and topic tools set them with every topic, and have no effect:
        nothing that they promise is broken. `oxbow topic create` and `alter` say so.

        %s
        ## Topic configs of tables

        Beside Kafka's own, set with `oxbow topic`, `kafka-configs` or any admin client.

        %s\
        """
                .formatted(
                        described(NodeConfigKeys.definitions()),
                        NodeConfigKeys.STORE_OPTIONS.stream()
                                .map(key -> "`" + key + "`")
                                .collect(Collectors.joining(", ")),
                        named(BrokerConfig.definitions()),
                        described(DamagePolicy.definition()),
                        inert(),
                        described(TableConfig.definitions()));
    }

    private static String described(ConfigDef definitions) {
        return "| key | default | meaning |\n|---|---|---|\n"
                + definitions.configKeys().values().stream()
                        .sorted(Comparator.comparing(key -> key.name))
                        .map(key ->
                                "| `%s` | %s | %s |\n"
                                        .formatted(
                                                key.name,
                                                defaultOf(key),
                                                key.documentation.replace("|", "\\|")))
                        .collect(Collectors.joining());
    }

    private static String inert() {
        return "| key | why |\n|---|---|\n"
                + InertTopicKeys.reasons().entrySet().stream()
                        .map(key -> "| `%s` | %s |\n".formatted(key.getKey(), key.getValue()))
                        .collect(Collectors.joining());
    }

    private static String named(ConfigDef definitions) {
        return "| key | default |\n|---|---|\n"
                + definitions.configKeys().values().stream()
                        .sorted(Comparator.comparing(key -> key.name))
                        .map(key -> "| `%s` | %s |\n".formatted(key.name, defaultOf(key)))
                        .collect(Collectors.joining());
    }

    private static String defaultOf(ConfigDef.ConfigKey key) {
        Object value = key.defaultValue;
        if (value == null || value == ConfigDef.NO_DEFAULT_VALUE) {
            return "";
        }
        String text = ConfigDef.convertToString(value, key.type);
        return text.isEmpty() ? "" : "`" + text + "`";
    }
}
