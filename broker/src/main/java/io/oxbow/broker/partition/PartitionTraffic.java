package io.oxbow.broker.partition;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what is appended to a partition and fetched from it since it was opened. The counts of its
 * topic grow with them. Thread-safe.
 */
public final class PartitionTraffic {

    private final TopicTraffic topic;
    private final LongAdder fetchedBytes = new LongAdder();
    private final LongAdder requests = new LongAdder();

    public PartitionTraffic(TopicTraffic topic) {
        this.topic = topic;
    }

    void appended(long bytes, long records) {
        requests.increment();
        topic.appended(bytes, records);
    }

    /** Counts the records of a reply to a client. */
    public void fetched(long bytes, long records) {
        requests.increment();
        fetchedBytes.add(bytes);
        topic.fetched(bytes, records);
    }

    long fetchedBytes() {
        return fetchedBytes.sum();
    }

    /** Returns the number of appends, and of fetches that found records. */
    long requests() {
        return requests.sum();
    }
}
