package io.oxbow.broker.config;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Form of configurations' values. Kafka's parser takes more than its tools and other clients read
 * back: digits of other scripts, NaN, control characters around a number.
 */
final class ValueForm {

    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");

    private ValueForm() {}

    /**
     * Checks the values that a change sets; those that stay were taken before.
     *
     * @throws ConfigException naming the key, the value, and what is allowed
     */
    static void check(
            ConfigDef definitions, Map<String, String> newConfigs, Map<String, String> existing) {
        newConfigs.forEach((key, value) -> {
            ConfigDef.ConfigKey definition = definitions.configKeys().get(key);
            if (definition != null && !Objects.equals(existing.get(key), value)) {
                check(definition, value);
            }
        });
    }

    private static void check(ConfigDef.ConfigKey key, String value) {
        String text = value.strip();
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new ConfigException(
                    key.name, value, "Value must have no control characters in it");
        }
        boolean fits =
                switch (key.type) {
                    case SHORT, INT, LONG -> INTEGER.matcher(text).matches();
                    case DOUBLE -> DECIMAL.matcher(text).matches();
                    case BOOLEAN, STRING, LIST, CLASS, PASSWORD -> true;
                };
        if (!fits) {
            throw new ConfigException(key.name, value, "Not a number of type " + key.type);
        }
    }
}
