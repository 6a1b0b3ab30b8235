package io.oxbow.tableflow.config;

import java.util.Arrays;
import java.util.Locale;

/** How keys or values of a topic are encoded. */
public enum Format {
    /** What most of the topic's first records look like. */
    AUTO,
    /** A zero byte, a registered schema's id, Avro binary. */
    AVRO,
    JSON,
    STRING,
    RAW;

    /** As settings and table properties spell it. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Format of(String spelling) {
        return Arrays.stream(values())
                .filter(format -> format.spelling().equals(spelling))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("unknown format '" + spelling + "'"));
    }

    static String[] spellings() {
        return Arrays.stream(values()).map(Format::spelling).toArray(String[]::new);
    }
}
