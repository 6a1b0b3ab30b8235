package io.oxbow.node.chaos;

import io.oxbow.node.chaos.Event.Item;
import io.oxbow.node.chaos.Finding.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Judges a history by what a cluster promises its clients. A history whose run did not read
 * everything at its end cannot be judged for losses.
 */
final class HistoryChecker {

    private static final int EXAMPLES = 5;
    private static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    private record Place(TopicPartition partition, long offset) {}

    private record Seen(String group, Item item) {}

    private final List<Event> events;
    private final long patienceMillis;
    private final long end;
    private final Map<Kind, List<String>> found = new EnumMap<>(Kind.class);

    /**
     * @param patience time without progress, while no fault is under way, from which on something
     *     is stuck
     */
    private HistoryChecker(List<Event> events, Duration patience) {
        this.events = events;
        this.patienceMillis = patience.toMillis();
        this.end = events.isEmpty() ? 0 : events.getLast().at();
    }

    /** Returns the promises that are broken, with a few examples of each kind. */
    static List<Finding> check(List<Event> events, Duration patience) {
        var checker = new HistoryChecker(events, patience);
        checker.clients();
        checker.values();
        checker.kept();
        checker.groups();
        checker.waits();
        checker.readiness();
        checker.endings();
        return checker.findings();
    }

    private List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        found.forEach((kind, texts) -> {
            texts.stream().limit(EXAMPLES).forEach(text -> findings.add(new Finding(kind, text)));
            if (texts.size() > EXAMPLES) {
                findings.add(new Finding(kind, "and %d more".formatted(texts.size() - EXAMPLES)));
            }
        });
        return findings;
    }

    private void find(Kind kind, String format, Object... arguments) {
        found.computeIfAbsent(kind, any -> new ArrayList<>()).add(format.formatted(arguments));
    }

    private void clients() {
        for (Event event : events) {
            switch (event) {
                case Event.Refused refused -> find(Kind.REFUSED, "%s", refused);
                case Event.Died died -> find(Kind.CLIENT_DIED, "%s", died);
                default -> {}
            }
        }
    }

    /** An offset has one record, whoever reads it. */
    private void values() {
        Map<Place, Item> values = new HashMap<>();
        for (Event event : events) {
            switch (event) {
                case Event.Acked acked -> value(values, acked.item(), acked.offset(), event);
                case Event.Read read -> value(values, read.item(), read.offset(), event);
                case Event.Kept kept -> value(values, kept.item(), kept.offset(), event);
                default -> {}
            }
        }
    }

    private void value(Map<Place, Item> values, Item item, long offset, Event event) {
        Item other = values.putIfAbsent(new Place(item.partition(), offset), item);
        if (other != null && !other.equals(item)) {
            find(Kind.INCONSISTENT, "%s, but there was %s before", event, other);
        }
    }

    /** The log at the end has each acked record once, in the order of its producer. */
    private void kept() {
        Map<TopicPartition, TreeMap<Long, Item>> logs = new TreeMap<>(BY_NAME);
        for (Event event : events) {
            if (event instanceof Event.Kept kept) {
                logs.computeIfAbsent(kept.item().partition(), any -> new TreeMap<>())
                        .put(kept.offset(), kept.item());
            }
        }
        if (logs.isEmpty()) {
            return;
        }
        logs.forEach((partition, log) -> order(log));
        for (Event event : events) {
            switch (event) {
                case Event.Acked acked when !has(logs, acked.item(), acked.offset()) ->
                        find(Kind.LOST, "%s, and the log does not have it", acked);
                case Event.Read read when !has(logs, read.item(), read.offset()) ->
                        find(Kind.VANISHED, "%s, and the log does not have it", read);
                default -> {}
            }
        }
    }

    private static boolean has(
            Map<TopicPartition, TreeMap<Long, Item>> logs, Item item, long offset) {
        TreeMap<Long, Item> log = logs.get(item.partition());
        return log != null && log.containsKey(offset);
    }

    private void order(TreeMap<Long, Item> log) {
        Map<Integer, Long> last = new HashMap<>();
        Map<Item, Long> offsets = new HashMap<>();
        log.forEach((offset, item) -> {
            Long first = offsets.putIfAbsent(item, offset);
            Long before = last.put(item.producer(), item.number());
            if (first != null) {
                find(Kind.DOUBLED, "%s at offsets %d and %d", item, first, offset);
            } else if (before != null && item.number() < before) {
                find(Kind.REORDERED, "%s at %d comes after number %d", item, offset, before);
            }
        });
    }

    /** Each group reads all that is kept, and never goes on before what it has committed. */
    private void groups() {
        Map<String, String> topics = new TreeMap<>();
        Map<String, Long> committed = new HashMap<>();
        Set<Seen> seen = new HashSet<>();
        for (Event event : events) {
            switch (event) {
                case Event.Subscribed one -> topics.put(one.group(), one.topic());
                case Event.Assigned assigned -> assigned(assigned, committed);
                case Event.Committed one ->
                        committed.merge(
                                one.group() + " " + one.partition(), one.offset(), Math::max);
                case Event.Read read -> seen.add(new Seen(read.group(), read.item()));
                default -> {}
            }
        }
        topics.forEach((group, topic) -> unseen(group, topic, seen));
    }

    private void assigned(Event.Assigned assigned, Map<String, Long> committed) {
        Long before = committed.get(assigned.group() + " " + assigned.partition());
        if (before != null && assigned.position() < before) {
            find(Kind.COMMIT_LOST, "%s, although %d was committed", assigned, before);
        }
    }

    private void unseen(String group, String topic, Set<Seen> seen) {
        for (Event event : events) {
            if (event instanceof Event.Kept kept
                    && kept.item().partition().topic().equals(topic)
                    && !seen.contains(new Seen(group, kept.item()))) {
                find(Kind.UNSEEN, "%s, and group %s never read it", kept, group);
            }
        }
    }

    /** Nothing waits for longer than the patience while no fault is under way, or all are ready. */
    private void waits() {
        CalmTime calm = CalmTime.withoutFaults(events, end);
        CalmTime ready = CalmTime.allReady(events, end);
        Waits produce = new Waits(patienceMillis);
        Map<String, Waits> groups = new TreeMap<>();
        Map<String, String> topics = new HashMap<>();
        for (Event event : events) {
            switch (event) {
                case Event.Sent sent -> produce.begin(sent.item(), sent.at());
                case Event.Refused refused -> produce.end(refused.item(), refused.at());
                case Event.Subscribed one -> {
                    topics.put(one.group(), one.topic());
                    groups.put(one.group(), new Waits(patienceMillis));
                }
                case Event.Acked acked -> {
                    produce.end(acked.item(), acked.at());
                    groups.forEach((group, waits) -> {
                        if (acked.item().partition().topic().equals(topics.get(group))) {
                            waits.begin(acked.item(), acked.at());
                        }
                    });
                }
                case Event.Read read -> {
                    Waits waits = groups.get(read.group());
                    if (waits != null) {
                        waits.end(read.item(), read.at());
                    }
                }
                default -> {}
            }
        }
        stuck(Kind.STUCK_PRODUCER, "a record", produce, calm, ready);
        groups.forEach((group, waits) ->
                stuck(
                        Kind.STUCK_GROUP,
                        "a record that group %s may read".formatted(group),
                        waits,
                        calm,
                        ready));
    }

    private void stuck(Kind kind, String what, Waits waits, CalmTime calm, CalmTime ready) {
        for (Waits.Wait wait : waits.tooLong(end)) {
            String text =
                    "%s of %s waited from %d to %d ms"
                            .formatted(what, wait.partition(), wait.from(), wait.to());
            long millis = calm.within(wait.from(), wait.to());
            if (millis > patienceMillis) {
                find(kind, "%s, %d ms of it without a fault", text, millis);
            }
            millis = ready.longestWithin(wait.from(), wait.to());
            if (millis > patienceMillis) {
                find(Kind.READY_NOT_SERVING, "%s, %d ms with all nodes ready", text, millis);
            }
        }
    }

    /** A node is ready again within the patience after faults. */
    private void readiness() {
        CalmTime calm = CalmTime.withoutFaults(events, end);
        Map<String, Long> unreadySince = new TreeMap<>();
        for (Event event : events) {
            if (event instanceof Event.Left left) {
                unreadySince.remove(left.node());
            } else if (event instanceof Event.Asked asked) {
                if (!asked.ready()) {
                    unreadySince.putIfAbsent(asked.node(), asked.at());
                    continue;
                }
                Long since = unreadySince.remove(asked.node());
                if (since != null) {
                    unready(asked.node(), since, asked.at(), calm);
                }
            }
        }
        unreadySince.forEach((node, since) -> unready(node, since, end, calm));
    }

    private void unready(String node, long from, long to, CalmTime calm) {
        if (calm.within(from, to) > patienceMillis) {
            find(Kind.NOT_READY, "%s was not ready from %d to %d ms", node, from, to);
        }
    }

    /** A node ends by itself at most when a fault has befallen it, not its neighbour. */
    private void endings() {
        Event.Struck last = null;
        for (Event event : events) {
            if (event instanceof Event.Struck struck) {
                last = struck;
            } else if (event instanceof Event.Ended ended
                    && last != null
                    && !last.nodes().contains(ended.node())) {
                find(Kind.ENDED, "%s, after %s", ended, last);
            }
        }
    }
}
