package io.oxbow.broker.partition;

import java.util.concurrent.atomic.LongAdder;

/** Counts what is appended to a topic's partitions and fetched from them. Thread-safe. */
public final class TopicTraffic {

    private final String topic;
    private final LongAdder appendedBytes = new LongAdder();
    private final LongAdder appendedRecords = new LongAdder();
    private final LongAdder fetchedBytes = new LongAdder();
    private final LongAdder fetchedRecords = new LongAdder();

    public TopicTraffic(String topic) {
        this.topic = topic;
    }

    void appended(long bytes, long records) {
        appendedBytes.add(bytes);
        appendedRecords.add(records);
    }

    /** Counts the records of a reply to a client. */
    public void fetched(long bytes, long records) {
        fetchedBytes.add(bytes);
        fetchedRecords.add(records);
    }

    public String topic() {
        return topic;
    }

    public long appendedBytes() {
        return appendedBytes.sum();
    }

    public long appendedRecords() {
        return appendedRecords.sum();
    }

    public long fetchedBytes() {
        return fetchedBytes.sum();
    }

    public long fetchedRecords() {
        return fetchedRecords.sum();
    }
}
