package io.oxbow.tableflow.service;

import io.oxbow.tableflow.translate.TableTopic;
import java.util.SortedMap;

/** Listens to a table's progress: called after each commit and when a worker begins. */
@FunctionalInterface
public interface ProgressListener {

    /**
     * @param nextOffsets per partition, the offset after the last one in the table
     */
    void progressed(TableTopic topic, SortedMap<Integer, Long> nextOffsets);
}
