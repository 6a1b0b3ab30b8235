package io.oxbow.node.chaos;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** Numbers of a run: records acked, and how long producers stood still in each kind of fault. */
final class Figures {

    private static final class OfKind {
        private int count;
        private long longestStall;
        private long longestReturn;
    }

    private final Map<FaultKind, OfKind> kinds = new EnumMap<>(FaultKind.class);
    private long acked;
    private long read;
    private long committed;
    private long longestCalm;

    Figures(List<Event> events) {
        Map<Event.Item, Long> sent = new HashMap<>();
        Set<TopicPartition> partitions = new HashSet<>();
        Set<TopicPartition> returned = new HashSet<>();
        var struck = new TreeMap<Long, FaultKind>();
        for (Event event : events) {
            switch (event) {
                case Event.Struck one -> {
                    struck.put(one.at(), one.kind());
                    kind(one.kind()).count++;
                    returned.clear();
                }
                case Event.Sent one -> {
                    sent.put(one.item(), one.at());
                    partitions.add(one.item().partition());
                }
                case Event.Acked one -> {
                    acked++;
                    Long from = sent.remove(one.item());
                    if (from != null) {
                        stall(struck, from, one.at());
                        var last = struck.lastEntry();
                        // The last partition to ack a record that was sent after the fault.
                        if (last != null
                                && from >= last.getKey()
                                && returned.add(one.item().partition())
                                && returned.size() == partitions.size()) {
                            OfKind kind = kind(last.getValue());
                            kind.longestReturn =
                                    Math.max(kind.longestReturn, one.at() - last.getKey());
                        }
                    }
                }
                case Event.Read one -> read++;
                case Event.Committed one -> committed++;
                default -> {}
            }
        }
    }

    private OfKind kind(FaultKind kind) {
        return kinds.computeIfAbsent(kind, any -> new OfKind());
    }

    private void stall(TreeMap<Long, FaultKind> struck, long from, long to) {
        var last = struck.floorEntry(to);
        if (last == null) {
            longestCalm = Math.max(longestCalm, to - from);
        } else {
            OfKind kind = kind(last.getValue());
            kind.longestStall = Math.max(kind.longestStall, to - from);
        }
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        text.append(
                "%,d records acked, %,d read by groups, %,d commits; before the first fault a record waited %d ms at most%n"
                        .formatted(acked, read, committed, longestCalm));
        text.append(
                "%-16s %5s %16s %18s%n"
                        .formatted("fault", "times", "longest wait ms", "all ack again ms"));
        kinds.forEach((kind, of) ->
                text.append(
                        "%-16s %5d %16d %18d%n"
                                .formatted(kind, of.count, of.longestStall, of.longestReturn)));
        return text.toString();
    }
}
