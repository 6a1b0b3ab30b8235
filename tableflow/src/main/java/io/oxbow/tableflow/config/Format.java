package io.oxbow.tableflow.config;

import java.util.Arrays;
import java.util.Locale;

/** Encodings of a topic's keys or values. */
public enum Format {
    /** The format that most of the topic's first records look like. */
    AUTO,
    /** Registered Avro: a zero byte, a registered schema's id, Avro binary. */
    AVRO,
    JSON,
    STRING,
    RAW;

    /** Returns the name in settings and table properties. */
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
