package io.oxbow.node.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Waits of records, from their begin to their end. Those longer than the patience are kept. */
final class Waits {

    /** A stretch in which a record of a partition waited. */
    record Wait(TopicPartition partition, long from, long to) {}

    private final long patienceMillis;
    private final Map<Event.Item, Long> begun = new HashMap<>();
    private final Set<Event.Item> ended = new HashSet<>();
    private final List<Wait> tooLong = new ArrayList<>();

    Waits(long patienceMillis) {
        this.patienceMillis = patienceMillis;
    }

    /** Begins the wait of a record, unless it has ended: two clients' events have no order. */
    void begin(Event.Item item, long at) {
        if (!ended.contains(item)) {
            begun.put(item, at);
        }
    }

    void end(Event.Item item, long at) {
        ended.add(item);
        Long from = begun.remove(item);
        if (from != null) {
            add(item, from, at);
        }
    }

    private void add(Event.Item item, long from, long to) {
        if (to - from > patienceMillis) {
            tooLong.add(new Wait(item.partition(), from, to));
        }
    }

    /** Returns the waits that were too long; those without an end have lasted until {@code now}. */
    List<Wait> tooLong(long now) {
        begun.forEach((item, from) -> add(item, from, now));
        begun.clear();
        return tooLong;
    }
}
