package io.oxbow.node.chaos;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/** An {@link Event.Item} as the JSON document that a record holds. */
final class Document {

    private static final Pattern FORMAT =
            Pattern.compile("\\{\"producer\":(\\d+),\"number\":(\\d+)}");

    private Document() {}

    static String of(Event.Item item) {
        return "{\"producer\":%d,\"number\":%d}".formatted(item.producer(), item.number());
    }

    /** Reads a record's value; bytes that nobody sent have the producer -1. */
    static Event.Item read(TopicPartition partition, String value) {
        Matcher matcher = FORMAT.matcher(value);
        return matcher.matches()
                ? new Event.Item(
                        partition,
                        Integer.parseInt(matcher.group(1)),
                        Long.parseLong(matcher.group(2)))
                : new Event.Item(partition, -1, value.hashCode());
    }
}
