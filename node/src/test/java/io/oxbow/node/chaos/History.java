package io.oxbow.node.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;
import org.apache.kafka.common.TopicPartition;

/** Events of a run in the order in which they were noted, and the newest ones of each partition. */
final class History {

    private final long began = System.nanoTime();
    private final List<Event> events = new ArrayList<>();
    private final Map<Event.Item, Long> waiting = new ConcurrentHashMap<>();
    private final Set<Event.Item> unread = ConcurrentHashMap.newKeySet();
    private final Map<TopicPartition, Long> newestAcked = new ConcurrentHashMap<>();
    private final Map<String, Long> newestRead = new ConcurrentHashMap<>();
    private final LongAdder commitsFailed = new LongAdder();

    long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    /** Notes an event that is now. */
    void note(LongFunction<Event> event) {
        Event noted;
        synchronized (events) {
            noted = event.apply(now());
            events.add(noted);
        }
        index(noted);
    }

    private void index(Event event) {
        switch (event) {
            case Event.Sent sent -> {
                waiting.put(sent.item(), sent.at());
                unread.add(sent.item());
            }
            case Event.Acked acked -> {
                Long sent = waiting.remove(acked.item());
                if (sent != null) {
                    newestAcked.merge(acked.item().partition(), sent, Math::max);
                }
            }
            case Event.Refused refused -> {
                waiting.remove(refused.item());
                unread.remove(refused.item());
            }
            case Event.Read read -> {
                unread.remove(read.item());
                newestRead.put(read.group() + " " + read.item().partition(), read.at());
            }
            default -> {}
        }
    }

    /** Returns the latest time at which a record of the partition was sent that is acked; or -1. */
    long newestAcked(TopicPartition partition) {
        return newestAcked.getOrDefault(partition, -1L);
    }

    /** Returns the latest time at which a group read of the partition; or -1. */
    long newestRead(String group, TopicPartition partition) {
        return newestRead.getOrDefault(group + " " + partition, -1L);
    }

    /** Notes that a commit failed in a way after which an application goes on. */
    void commitFailed() {
        commitsFailed.increment();
    }

    long commitsFailed() {
        return commitsFailed.sum();
    }

    /** Returns the number of records sent that their topic's group has not read. */
    int unread() {
        return unread.size();
    }

    /** Returns the number of records that are sent and have no answer yet. */
    int waiting() {
        return waiting.size();
    }

    List<Event> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }
}
