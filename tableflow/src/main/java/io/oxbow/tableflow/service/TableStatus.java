package io.oxbow.tableflow.service;

import io.oxbow.tableflow.tend.TendingStatus;
import java.util.SortedMap;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Status of a topic's table.
 *
 * @param table where it is registered; null when the topic's settings are not valid
 * @param lagRecords offsets in data objects that are not in the table yet
 * @param freshnessMillis how old the oldest of them is at most; 0 when there are none
 * @param nextOffsets per partition, the offset after the last one in the table
 * @param rows rows added since this process began
 * @param quarantined records quarantined since this process began
 * @param trimmed offsets that the log lost before they could be read, since this process began
 * @param lastError why the last attempt failed; null when it did not
 * @param freshnessGoalMillis the topic's setting
 * @param tending as the node that tends the table knows it
 */
public record TableStatus(
        UUID topicId,
        String topic,
        @Nullable TableIdentifier table,
        State state,
        long lagRecords,
        long freshnessMillis,
        SortedMap<Integer, Long> nextOffsets,
        long rows,
        long quarantined,
        long trimmed,
        long lastCommitMillis,
        @Nullable String lastError,
        long freshnessGoalMillis,
        TendingStatus tending) {

    /** States of the table's worker. */
    public enum State {
        /** The worker has not looked at the table yet. */
        STARTING,
        RUNNING,
        PAUSED,
        /** Another node commits to tables. */
        STANDBY,
        /** The last attempt failed; it will be made again. */
        FAILING
    }
}
