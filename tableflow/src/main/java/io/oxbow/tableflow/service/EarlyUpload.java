package io.oxbow.tableflow.service;

import io.oxbow.tableflow.translate.TableTopic;
import java.time.Duration;

/**
 * Requests one upload, out of turn, of the first records of a topic whose table has no commit yet.
 * So a new table can be queried in seconds, whatever its freshness. Used by one thread.
 *
 * <p>One per worker and no more: what follows is uploaded at the table's pace, so that a topic with
 * a trickle of records does not cost a small object each.
 */
final class EarlyUpload {

    /**
     * Interval of the looks at a topic without a commit, and the time that its first records
     * gather.
     */
    static final Duration GLANCE = Duration.ofMillis(500);

    private final TopicUploads uploads;
    private boolean seen;
    private boolean asked;

    EarlyUpload(TopicUploads uploads) {
        this.uploads = uploads;
    }

    /**
     * Looks at a topic whose table has no commit; requests the upload at the second sight of its
     * records.
     */
    void glance(TableTopic topic) {
        if (asked || !uploads.arePending(topic)) {
            return;
        }
        if (seen) {
            uploads.soon();
            asked = true;
        }
        seen = true;
    }
}
