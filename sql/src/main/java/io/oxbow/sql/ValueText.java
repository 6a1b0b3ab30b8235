package io.oxbow.sql;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values as people read them: much as Trino's command line shows them. */
final class ValueText {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS");

    private ValueText() {}

    static String of(@Nullable Object value) {
        return switch (value) {
            case null -> "NULL";
            case BigDecimal decimal -> decimal.toPlainString();
            case LocalTime time -> TIME.format(time);
            case LocalDateTime time -> DATE_TIME.format(time);
            case OffsetDateTime time ->
                    DATE_TIME.format(time.withOffsetSameInstant(ZoneOffset.UTC)) + " UTC";
            case byte[] bytes -> "0x" + HexFormat.of().formatHex(bytes);
            case List<?> list ->
                    list.stream().map(ValueText::of).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(entry -> of(entry.getKey()) + "=" + of(entry.getValue()))
                            .collect(Collectors.joining(", ", "{", "}"));
            default -> value.toString();
        };
    }

    /** On one line, with nothing in it that a terminal acts on. */
    static String cell(@Nullable Object value) {
        String text = of(value);
        if (text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder clean = new StringBuilder();
        text.chars()
                .forEach(c -> {
                    switch (c) {
                        case '\n' -> clean.append("\\n");
                        case '\r' -> clean.append("\\r");
                        case '\t' -> clean.append("\\t");
                        default -> {
                            if (Character.isISOControl(c)) {
                                clean.append("\\u%04x".formatted(c));
                            } else {
                                clean.append((char) c);
                            }
                        }
                    }
                });
        return clean.toString();
    }
}
