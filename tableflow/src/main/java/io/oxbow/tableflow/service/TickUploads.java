package io.oxbow.tableflow.service;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.tableflow.translate.TableTopic;

/**
 * Uploads at the ticks of tables' periods. Tables that meet at a tick share one upload, as an
 * upload takes what all topics have. Thread-safe.
 */
final class TickUploads {

    private final TopicUploads uploads;
    private final Clock clock;
    private long lastMillis = Long.MIN_VALUE;

    TickUploads(TopicUploads uploads, Clock clock) {
        this.uploads = uploads;
        this.clock = clock;
    }

    /**
     * Starts an upload if this node has records of the topic that no data object has, and none has
     * begun since the tick.
     */
    void at(long tickMillis, TableTopic topic) {
        if (uploads.arePending(topic) && isFirstSince(tickMillis)) {
            uploads.soon();
        }
    }

    private synchronized boolean isFirstSince(long tickMillis) {
        if (lastMillis >= tickMillis) {
            return false;
        }
        lastMillis = clock.wallMillis();
        return true;
    }
}
